// A button whose menu is loaded when the pointer or the focus is on it, and is in its place from the first click on.
import { type ReactNode, Suspense, startTransition, useLayoutEffect, useState } from 'react';
import { keepKeys } from '../typed-ahead.ts';

interface Props {
  label: ReactNode;
  className: string;
  load: () => Promise<unknown>;
  /** The menu with its own button. */
  children: ReactNode;
}

export function MenuButton({ label, className, load, children }: Props) {
  const [isWanted, setWanted] = useState(false);
  const [isPressed, setPressed] = useState(false);
  const button = (
    <button
      type="button"
      className={className}
      aria-haspopup="menu"
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => {
        setPressed(true);
        startTransition(() => setWanted(true));
      }}
    >
      {label}
    </button>
  );
  useLayoutEffect(() => {
    if (!isPressed) return;
    return keepKeys(() => {
      setPressed(false);
      setWanted(false);
    });
  }, [isPressed]);
  // As in parts/dialog.tsx: the place is there before what is loaded, so that React doesn't wait for 300 ms.
  return <Suspense fallback={button}>{isWanted ? children : button}</Suspense>;
}
