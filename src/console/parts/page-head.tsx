// The first line of a page: its name, its state, and what one may do there; and the facts below it.
import { type ReactNode, useEffect } from 'react';

interface Props {
  title: ReactNode;
  /** Title of the browser's tab, if the title is more than a text. */
  name?: string;
  /** The state and the kind, as badges. */
  children?: ReactNode;
  actions?: ReactNode;
}

export function PageHead({ title, name, children, actions }: Props) {
  useTitle(name ?? (typeof title === 'string' ? title : ''));
  return (
    <div className="head">
      <h1>{title}</h1>
      {children}
      {actions && <div className="actions">{actions}</div>}
    </div>
  );
}

/** Sets the title of the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
}

/** One entry of a list of facts (`dl`). */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
