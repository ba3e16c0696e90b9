// Shows the organization and the namespace, and leads to another namespace.
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { lazy } from 'react';
import { useNamespace } from '../../data/namespace.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { MenuButton } from './menu-button.tsx';

const load = () => import('./switcher-menu.tsx');
const SwitcherMenu = lazy(load);
const className = 'switcher';

export function Switcher() {
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
    <MenuButton label={label} className={className} load={load}>
      <SwitcherMenu label={label} className={className} namespaces={namespaces} current={current} />
    </MenuButton>
  );
}
