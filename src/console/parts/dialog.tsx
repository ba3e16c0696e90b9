// A button that opens a dialog, and dialogs that something else opens. Their code is loaded when the
// pointer or the focus is on such a button.
import { useLocation, useNavigate } from '@tanstack/react-router';
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
  /** Opens it where the URL ends in it, such as `#roll-back`: the search has it among its actions. */
  hash?: string;
  /** Gets a function that closes the dialog. Rendered only while it is open. */
  children: (close: () => void) => ReactNode;
}

export function DialogButton({ label, of, title, className, hash, children }: Props) {
  const [isOpen, setOpen, close] = useOpening(hash);
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

/** Open after a click, or as long as the URL has the hash. */
function useOpening(
  hash: string | undefined,
): [isOpen: boolean, setOpen: (isOpen: boolean) => void, close: () => void] {
  const [isClicked, setClicked] = useState(false);
  const navigate = useNavigate();
  const isNamed = useLocation({ select: (location) => hash !== undefined && location.hash === hash });
  const close = () => {
    setClicked(false);
    if (isNamed) void navigate({ to: '.', search: (before) => before, hash: '', replace: true, resetScroll: false });
  };
  return [isClicked || isNamed, setClicked, close];
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
