// The top of a page: its name, its state, its actions, the pages beside it in the menu, and the facts below.
import { type ReactNode, useEffect } from 'react';
import { ItemTabs } from './frame/item-tabs.tsx';

interface Props {
  title: ReactNode;
  /** Title of the browser tab, if the title isn't plain text. */
  name?: string;
  /** The state and the kind, as badges. */
  children?: ReactNode;
  actions?: ReactNode;
}

export function PageHead({ title, name, children, actions }: Props) {
  useTitle(name ?? (typeof title === 'string' ? title : ''));
  return (
    <>
      <div className="head">
        <h1>{title}</h1>
        {children}
        {actions && <div className="actions">{actions}</div>}
      </div>
      <ItemTabs />
    </>
  );
}

/** Sets the browser tab's title. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
}

/** One entry in a list of facts (`dl`). */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
