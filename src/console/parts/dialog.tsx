// A button that opens a dialog, and dialogs that something else opens. Their code is loaded when the
// pointer or the focus is on such a button.
import { lazy, type ReactNode, Suspense, startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keepKeys } from './typed-ahead.ts';

/** Loads the code of all dialogs before one opens. */
export const loadDialogs = () => import('./dialog-window.tsx');
const DialogWindow = lazy(loadDialogs);

interface Props {
  /** Without the "…" with which every button ends that opens a dialog. */
  label: ReactNode;
  /** Name of the one of several things that it is about, for screen readers where its row shows it to others. */
  of?: string | undefined;
  title: string;
  className?: string | undefined;
  /** Gets a function that closes the dialog. Rendered only while it is open. */
  children: (close: () => void) => ReactNode;
}

export function DialogButton({ label, of, title, className, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-haspopup="dialog"
        aria-label={of === undefined ? undefined : `${label} ${of}…`}
        onPointerEnter={() => void loadDialogs()}
        onFocus={() => void loadDialogs()}
        onClick={() => setOpen(true)}
      >
        {label}…
      </button>
      {isOpen && (
        <OpenDialog title={title} close={close}>
          {children(close)}
        </OpenDialog>
      )}
    </>
  );
}

interface OpenProps {
  title: string;
  /** Says how it looks: a window with its title in sight, the drawer, or the search of everything. */
  className?: 'dialog' | 'drawer' | 'palette';
  close: () => void;
  children: ReactNode;
}

/** A dialog that is open as long as it is rendered. */
export function OpenDialog({ className = 'dialog', ...props }: OpenProps) {
  const [isShown, setShown] = useState(false);
  // In a transition it appears as soon as its code is there. Otherwise React would show nothing in its place for 300 ms.
  useEffect(() => startTransition(() => setShown(true)), []);
  const close = useRef(props.close);
  useLayoutEffect(() => keepKeys(() => close.current()), []);
  return <Suspense>{isShown && <DialogWindow className={className} {...props} />}</Suspense>;
}
