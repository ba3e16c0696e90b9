// Lists the pages that the sidebar, the search and the keys open. A route opts in with its `menu`. Pages of the same menu item link to
// each other.
import { useQuery } from '@tanstack/react-query';
import { type AnyRoute, useRouteContext, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Schemas } from '../../data/api.ts';
import { useNamespace } from '../../data/namespace.ts';
import type { PageAction } from '../../data/palette-choices.ts';
import { namespacesQuery } from '../../data/queries.ts';

/** The sidebar's groups, and the items in each. */
export const groups = {
  '': ['Overview', 'Plugins', 'Deployments', 'Runs', 'Logs'],
  Security: ['Advisories', 'Policy', 'Secrets'],
  Organization: ['Access', 'Webhooks', 'Usage', 'Capacity'],
} as const;

export type MenuItem = (typeof groups)[keyof typeof groups][number];

/** A page's position in the menu. */
export interface MenuEntry {
  in: MenuItem;
  /** Orders the pages of an item. The sidebar opens the first one that the session may see. */
  order: number;
  /** Sessions without this scope don't see the page. */
  scope?: Schemas['ApiKey']['scopes'][number];
  /** Other words that find the page in the search. */
  words?: string;
  /** Keys that open the page when pressed after `g`. */
  keys?: string;
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Name in the sidebar, the breadcrumb and the search: a text, or the URL parameter that contains it. */
    title?: string | { parameter: string };
    /** The preceding page in the breadcrumb. */
    under?: string;
    menu?: MenuEntry;
    action?: PageAction;
    /** Tab name, for pages below another one. */
    tab?: string;
  }
}

export interface Place extends MenuEntry {
  title: string;
  to: string;
  action?: PageAction;
}

/** Returns the pages that the session may see. If no namespace was visited yet, uses the first one. */
export function usePlaces(): Place[] {
  const { routesById } = useRouter();
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data } = useQuery(namespacesQuery);
  const namespace = useNamespace() ?? data?.results[0]?.namespace_id;
  return useMemo(() => placesOf(Object.values(routesById), key.scopes, namespace), [routesById, key, namespace]);
}

const items: readonly MenuItem[] = Object.values(groups).flat();

function placesOf(routes: AnyRoute[], scopes: readonly string[], namespace: string | undefined): Place[] {
  return routes
    .flatMap(({ fullPath, options: { staticData } }): Place[] => {
      const { action, menu, title } = staticData ?? {};
      if (menu === undefined || typeof title !== 'string') return [];
      if (menu.scope !== undefined && !scopes.includes(menu.scope)) return [];
      if (fullPath.includes('$namespace') && namespace === undefined) return [];
      return [{ ...menu, title, to: fullPath.replace('$namespace', namespace ?? ''), ...(action && { action }) }];
    })
    .sort((a, b) => items.indexOf(a.in) - items.indexOf(b.in) || a.order - b.order);
}
