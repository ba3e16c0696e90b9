// The dialog window. Focus stays inside, Escape closes it, and focus then returns to where it was.
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
  // The library didn't open the dialog, so it doesn't know the previous focus.
  const [before] = useState(() => document.activeElement);
  const popup = useRef<HTMLDivElement>(null);
  // An on-screen keyboard would hide the dialog's text.
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

/** Returns the first visible field left to fill in, else the first focusable element. */
function firstFocus(popup: HTMLElement | null): HTMLElement | true {
  const fields = popup?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(typed) ?? [];
  return [...fields].find((field) => field.value === '' && field.checkVisibility()) ?? true;
}
