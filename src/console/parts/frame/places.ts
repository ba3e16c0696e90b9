// Lists the pages that the sidebar, the search and the keys lead to. A route says by its `menu` that it is one of them.
import { useQuery } from '@tanstack/react-query';
import { type AnyRoute, useRouteContext, useRouter } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import type { Schemas } from '../../data/api.ts';
import { useNamespace } from '../../data/namespace.ts';
import { namespacesQuery } from '../../data/queries.ts';

export const groups = ['', 'Access', 'Delivery'] as const;

/** The place of a page in the sidebar. */
export interface MenuEntry {
  group: (typeof groups)[number];
  /** Orders the entries of a group. */
  order: number;
  icon: LucideIcon;
  /** The page is hidden from a session without it. */
  scope?: Schemas['ApiKey']['scopes'][number];
  /** The keys of which each leads to the page after `g`. */
  keys?: string;
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Name in the sidebar, the breadcrumb and the search: a text, or the parameter of the URL that has it. */
    title?: string | { parameter: string };
    /** Page of the breadcrumb before this one. */
    under?: string;
    menu?: MenuEntry;
    /** Name of the tab, for pages below another one. */
    tab?: string;
  }
}

export interface Place extends MenuEntry {
  title: string;
  to: string;
}

/** The pages that the session may see. Where no namespace was visited yet, the first one has those of a namespace. */
export function usePlaces(): Place[] {
  const { routesById } = useRouter();
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery(namespacesQuery);
  const namespace = useNamespace() ?? data?.results[0]?.namespace_id;
  return useMemo(() => placesOf(Object.values(routesById), key.scopes, namespace), [routesById, key, namespace]);
}

function placesOf(routes: AnyRoute[], scopes: readonly string[], namespace: string | undefined): Place[] {
  return routes
    .flatMap(({ fullPath, options: { staticData } }): Place[] => {
      const { menu, title } = staticData ?? {};
      if (menu === undefined || typeof title !== 'string') return [];
      if (menu.scope !== undefined && !scopes.includes(menu.scope)) return [];
      if (fullPath.includes('$namespace') && namespace === undefined) return [];
      return [{ ...menu, title, to: fullPath.replace('$namespace', namespace ?? '') }];
    })
    .sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.order - b.order);
}
