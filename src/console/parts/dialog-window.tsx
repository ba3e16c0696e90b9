// The window of a dialog. The focus stays inside, Escape closes it, and the focus returns to where it was.
import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useRef, useState } from 'react';
import { giveKeys } from './typed-ahead.ts';

interface Props {
  title: string;
  className: 'dialog' | 'drawer' | 'palette';
  close: () => void;
  children: ReactNode;
}

export default function DialogWindow({ title, className, close, children }: Props) {
  // Nothing of the library opened it, so that the library doesn't know where the focus was.
  const [before] = useState(() => document.activeElement);
  const popup = useRef<HTMLDivElement>(null);
  // A keyboard on the screen would hide what the dialog says.
  const isTouched = matchMedia('(pointer: coarse)').matches;
  const finalFocus = () => (before instanceof HTMLElement && before.isConnected ? before : true);
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          ref={popup}
          className={className}
          initialFocus={() => (isTouched && className === 'dialog' ? popup.current : firstFocus(popup.current))}
          finalFocus={finalFocus}
          onFocus={() => void giveKeys()}
        >
          <Dialog.Title className={className === 'dialog' ? undefined : 'unseen'}>{title}</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const typed = 'input:not([type=checkbox], [type=radio]), textarea';

/** The first field that is left to fill in, else what comes first. */
function firstFocus(popup: HTMLElement | null): HTMLElement | true {
  const fields = popup?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(typed) ?? [];
  return [...fields].find(({ value }) => value === '') ?? true;
}
