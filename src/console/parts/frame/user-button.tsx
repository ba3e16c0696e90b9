// Shows who is signed in. The button's menu has the theme, the keys, and signing out.
import { useRouteContext } from '@tanstack/react-router';
import { lazy } from 'react';
import { MenuButton } from './menu-button.tsx';
import type { Opened } from './opened.ts';

const load = () => import('./user-menu.tsx');
const UserMenu = lazy(load);
const className = 'plain';

export function UserButton({ open }: { open: (what: Opened) => void }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const label = (
    <>
      <span className="avatar" aria-hidden="true">
        {key.name.slice(0, 1).toUpperCase()}
      </span>
      <span>
        {key.name}@{key.organization_name}
      </span>
    </>
  );
  return (
    <div className="user">
      <MenuButton label={label} className={className} load={load}>
        <UserMenu label={label} className={className} open={open} />
      </MenuButton>
    </div>
  );
}
