// The sidebar: the current namespace, the menu's items by group, and the session.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import {
  Bell,
  ChartColumn,
  ChevronsUpDown,
  LayoutDashboard,
  ListChecks,
  Lock,
  type LucideIcon,
  Package,
  Rocket,
  ScrollText,
  Server,
  Shield,
  ShieldAlert,
  Users,
} from 'lucide-react';
import { type ReactNode, Suspense, startTransition, useLayoutEffect, useState } from 'react';
import { lazyPart, preload } from '../../connection/load-code.ts';
import { useNamespace } from '../../data/namespace.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { keepKeys } from '../typed-ahead.ts';
import { visible } from '../visible-text.ts';
import { useCrumbs } from './breadcrumb.tsx';
import type { Opened } from './keyboard.tsx';
import { Mark } from './mark.tsx';
import { groups, type MenuItem, type Place, usePlaces } from './places.ts';

const icons: Record<MenuItem, LucideIcon> = {
  Overview: LayoutDashboard,
  Plugins: Package,
  Deployments: Rocket,
  Runs: ListChecks,
  Logs: ScrollText,
  Advisories: ShieldAlert,
  Policy: Shield,
  Secrets: Lock,
  Access: Users,
  Webhooks: Bell,
  Usage: ChartColumn,
  Capacity: Server,
};

/** Loaded later, so that no page waits for it. */
const NeedsBadge = lazyPart(() => import('./needs-badge.tsx'));

const loadSwitcher = () => import('./switcher-menu.tsx');
const SwitcherMenu = lazyPart(loadSwitcher);

/** Shows the organization and the namespace, and switches namespaces. */
function Switcher() {
  const { key } = useRouteContext({ from: '/signed-in' });
  const current = useNamespace();
  const { data } = useQuery(namespacesQuery);
  const namespaces = data?.results ?? [];
  const name = namespaces.find(({ namespace_id }) => namespace_id === current)?.namespace_name;
  const label = (
    <>
      <span>
        {key.organization_name} {name !== undefined && <small>/ {name}</small>}
      </span>
      <ChevronsUpDown className="icon" aria-hidden />
    </>
  );
  return (
    <MenuButton label={label} className="switcher" load={loadSwitcher}>
      <SwitcherMenu label={label} className="switcher" namespaces={namespaces} current={current} />
    </MenuButton>
  );
}

const loadUserMenu = () => import('./user-menu.tsx');
const UserMenu = lazyPart(loadUserMenu);

function UserButton({ open }: { open: (what: Opened) => void }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const name = visible(key.person?.name ?? key.name);
  const label = (
    <>
      <span className="avatar" aria-hidden="true">
        {name.slice(0, 1).toUpperCase()}
      </span>
      <span>
        {name}
        {key.role === null ? `@${key.organization_name}` : <small> {key.role}</small>}
      </span>
    </>
  );
  return (
    <div className="user">
      <MenuButton label={label} className="plain" load={loadUserMenu}>
        <UserMenu label={label} className="plain" open={open} />
      </MenuButton>
    </div>
  );
}

export function Sidebar({ open }: { open: (what: Opened) => void }) {
  const places = usePlaces();
  return (
    <>
      <Link to="/" className="brand">
        <Mark />
        Slipway
      </Link>
      <Switcher />
      <nav aria-label="Main">
        {Object.entries(groups).map(([group, items]) => (
          <Group key={group} title={group} items={items} places={places} />
        ))}
      </nav>
      <UserButton open={open} />
    </>
  );
}

interface GroupProps {
  title: string;
  items: readonly MenuItem[];
  places: readonly Place[];
}

function Group({ title, items, places }: GroupProps) {
  const [first] = useCrumbs();
  const shown = items.flatMap((item) => {
    const pages = places.filter((place) => place.in === item);
    return pages[0] ? [{ item, to: pages[0].to, isCurrent: pages.some(({ to }) => to === first?.to) }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <>
      {title !== '' && <h2>{title}</h2>}
      {shown.map(({ isCurrent, item, to }) => {
        const Icon = icons[item];
        return (
          <Link
            key={item}
            to={to}
            className="place"
            data-current={isCurrent || undefined}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <Icon className="icon" aria-hidden />
            {item}
            {item === 'Overview' && (
              <Suspense>
                <NeedsBadge />
              </Suspense>
            )}
          </Link>
        );
      })}
    </>
  );
}

interface MenuProps {
  label: ReactNode;
  className: string;
  load: () => Promise<unknown>;
  /** The menu with its own button. */
  children: ReactNode;
}

/** A button that loads its menu on hover or focus. */
export function MenuButton({ label, className, load, children }: MenuProps) {
  const [isWanted, setWanted] = useState(false);
  const [isPressed, setPressed] = useState(false);
  const button = (
    <button
      type="button"
      className={className}
      aria-haspopup="menu"
      onPointerEnter={() => preload(load)}
      onFocus={() => preload(load)}
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
  // As in parts/dialog.tsx: the boundary exists before the content has loaded, so React doesn't wait for 300 ms.
  return <Suspense fallback={button}>{isWanted ? children : button}</Suspense>;
}
