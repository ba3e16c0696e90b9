// A button whose menu is loaded when the pointer or the focus is on it, and is in its place from the first click on.
import { type ReactNode, Suspense, useState } from 'react';

interface Props {
  label: ReactNode;
  className: string;
  load: () => Promise<unknown>;
  /** The menu with its own button. */
  children: ReactNode;
}

export function MenuButton({ label, className, load, children }: Props) {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      className={className}
      aria-haspopup="menu"
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWanted(true)}
    >
      {label}
    </button>
  );
  return isWanted ? <Suspense fallback={button}>{children}</Suspense> : button;
}
