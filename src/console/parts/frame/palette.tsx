// The dialog of the search. Its content loads when it is opened.
import { lazyPart } from '../connection/load-code.ts';
import { OpenDialog } from '../dialog.tsx';

const Finder = lazyPart(() => import('./finder.tsx'));

export function Palette({ close }: { close: () => void }) {
  return (
    <OpenDialog title="Go to" className="palette" close={close}>
      <Finder close={close} />
    </OpenDialog>
  );
}
