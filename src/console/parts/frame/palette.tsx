// Opens a plugin, a version, a page or an action when the user types part of its name.
import { lazyPart } from '../connection/load-code.ts';
import { OpenDialog } from '../dialog.tsx';

/** Loaded with the dialog, which keeps the keys that are typed meanwhile. */
const PaletteField = lazyPart(() => import('./palette-field.tsx'));

export function Palette({ close }: { close: () => void }) {
  return (
    <OpenDialog title="Go to" className="palette" close={close}>
      <PaletteField close={close} />
    </OpenDialog>
  );
}
