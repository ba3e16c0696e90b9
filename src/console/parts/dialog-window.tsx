// The window of a dialog. The focus stays inside, Escape closes it, and the focus returns to where it was.
import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, useState } from 'react';

interface Props {
  title: string;
  className: 'dialog' | 'drawer' | 'palette';
  close: () => void;
  children: ReactNode;
}

export default function DialogWindow({ title, className, close, children }: Props) {
  // Nothing of the library opened it, so that the library doesn't know where the focus was.
  const [before] = useState(() => document.activeElement);
  const finalFocus = () => (before instanceof HTMLElement && before.isConnected ? before : true);
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={className} finalFocus={finalFocus}>
          <Dialog.Title className={className === 'dialog' ? undefined : 'unseen'}>{title}</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
