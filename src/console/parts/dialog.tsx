// A button that opens a dialog, and dialogs that open without one. Loads their code when such a button gets hover or focus.
import { useLocation, useNavigate } from '@tanstack/react-router';
import { type ReactNode, Suspense, startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { lazyPart, preload } from '../connection/load-code.ts';
import { keepKeys } from './typed-ahead.ts';

/** Loads the code of all dialogs before one opens. */
const load = () => import('./dialog-window.tsx');
export const loadDialogs = () => preload(load);
const DialogWindow = lazyPart(load);

interface Props {
  /** Without the "…" that ends every button that opens a dialog. */
  label: ReactNode;
  /** Names the item for screen readers where sighted users see it from the row. */
  of?: string | undefined;
  title: string;
  className?: string | undefined;
  /** Opens the dialog when the URL ends in this hash, such as `#roll-back`, which the search uses for its actions. */
  hash?: string;
  /** Receives a function that closes the dialog. Rendered only while open. */
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
        onPointerEnter={loadDialogs}
        onFocus={loadDialogs}
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

/** Opens after a click, or while the URL has the hash. */
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
  /** The style: a window with a visible title, the drawer, or the search palette. */
  className?: 'dialog' | 'drawer' | 'palette';
  close: () => void;
  children: ReactNode;
}

/** A dialog that is open while rendered. */
export function OpenDialog({ className = 'dialog', ...props }: OpenProps) {
  const [isShown, setShown] = useState(false);
  // In a transition, the dialog appears as soon as its code has loaded. Otherwise React would show nothing for 300 ms.
  useEffect(() => startTransition(() => setShown(true)), []);
  const close = useRef(props.close);
  useLayoutEffect(() => keepKeys(() => close.current()), []);
  return <Suspense>{isShown && <DialogWindow className={className} {...props} />}</Suspense>;
}
