// The first line of a page: its name, its state, and what one may do there.
import type { ReactNode } from 'react';
import { useTitle } from './title.ts';

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
