// The switcher's menu: what features add, and a link to each namespace's overview.
import { Menu } from '@base-ui/react/menu';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { added } from '../../points.ts';
import { MenuPopup } from './menu-popup.tsx';

for (const { load } of added('menuParts')) load();

interface Props {
  label: ReactNode;
  className: string;
  namespaces: readonly { namespace_id: string; namespace_name: string }[];
  current: string | undefined;
}

export default function SwitcherMenu({ label, className, namespaces, current }: Props) {
  return (
    <MenuPopup label={label} className={className} side="bottom">
      {added('menuParts').map(({ name, Switcher }) => (
        <Switcher key={name} />
      ))}
      <div className="menu-title">Namespaces</div>
      {namespaces.map(({ namespace_id, namespace_name }) => (
        <Menu.LinkItem
          key={namespace_id}
          closeOnClick
          render={<Link to="/n/$namespace" params={{ namespace: namespace_id }} search={{}} />}
        >
          <span className="icon">{namespace_id === current && <Check className="icon" aria-label="Current" />}</span>
          {namespace_name}
        </Menu.LinkItem>
      ))}
      <hr />
      <Menu.LinkItem closeOnClick render={<Link to="/" search={{ all: true }} />}>
        <span className="icon" />
        All namespaces
      </Menu.LinkItem>
    </MenuPopup>
  );
}
