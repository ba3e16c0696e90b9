// Pages about the organization's own plugins: which versions a namespace has enabled, and one version.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import {
  availableQuery,
  organizationDeploymentsQuery,
  organizationEnvironmentQuery,
  organizationScanQuery,
  organizationSourceQuery,
  organizationVerdictsQuery,
  organizationVersionQuery,
} from '../data/organization-plugins.ts';
import { namespacesQuery } from '../data/queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn } from './frame.tsx';

const plugins = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/organization-plugins',
  staticData: { title: 'Organization plugins', menu: { in: 'Plugins', order: 2, keys: 's' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context: { queries, key }, params: { namespace } }) => {
    void queries.prefetchInfiniteQuery(availableQuery(namespace));
    if (key.namespace_ids === null) void queries.prefetchQuery(organizationVerdictsQuery);
  },
  component: lazyPage(
    () => import('../pages/organization-plugins/organization-plugins.tsx'),
    'OrganizationPluginsPage',
  ),
});

const version = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/organization-plugins/$plugin',
  staticData: { title: { parameter: 'plugin' }, under: '/n/$namespace/organization-plugins' },
  loader: ({ context: { queries }, params: { plugin } }) => {
    void queries.prefetchQuery(organizationVersionQuery(plugin));
    void queries.prefetchQuery(organizationScanQuery(plugin));
    void queries.prefetchQuery(organizationSourceQuery(plugin));
    void queries.prefetchQuery(organizationEnvironmentQuery(plugin));
    void queries.prefetchQuery(organizationDeploymentsQuery(plugin));
    void queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(
    () => import('../pages/organization-plugins/organization-version.tsx'),
    'OrganizationVersionPage',
  ),
});

export const organizationPluginRoutes = [plugins, version] as const;
