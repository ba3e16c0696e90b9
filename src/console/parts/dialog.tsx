// A button that opens a dialog. The browser keeps the focus inside, closes it with Escape and returns the focus to the button.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

interface Props {
  label: string;
  title: string;
  className?: string;
  /** Gets a function that closes the dialog. Rendered only while it is open. */
  children: (close: () => void) => ReactNode;
}

export function DialogButton({ label, title, className, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  // After its content is there, so that the browser moves the focus into it.
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  return (
    <>
      <button type="button" className={className} onClick={() => setOpen(true)}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={id} onClose={() => setOpen(false)}>
        <h2 id={id}>{title}</h2>
        {isOpen && children(() => dialog.current?.close())}
      </dialog>
    </>
  );
}

interface EndProps {
  close: () => void;
  isDisabled: boolean;
  isDangerous?: boolean;
  children: ReactNode;
}

/** The buttons at the end of a dialog's form: one that submits it, and one that only closes it. */
export function DialogEnd({ close, isDisabled, isDangerous = false, children }: EndProps) {
  return (
    <p className="actions">
      <button type="submit" className={isDangerous ? 'danger' : 'primary'} disabled={isDisabled}>
        {children}
      </button>
      <button type="button" onClick={close}>
        Cancel
      </button>
    </p>
  );
}
