// Plugin pages: the list, a plugin with its tabs, its playground; and Go plugins.
import { createRoute, redirect } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { answerModes } from '../data/calls/realtime-call.ts';
import { pluginKinds } from '../data/listed-plugins.ts';
import { logSearch, namespaceLogsQuery } from '../data/logs/namespace-logs.ts';
import { goLogsQuery, goPluginQuery, parseGoKind } from '../data/other-kinds.ts';
import { recentDeploymentsQuery, trafficPeriods, trafficQuery, uploadEventsQuery } from '../data/plugin-history.ts';
import { pluginStates, scanVerdicts } from '../data/plugin-rows.ts';
import { deploymentsQuery, versionsQuery } from '../data/queries.ts';
import { activeReleaseQuery, releasesQuery } from '../data/releases/release-queries.ts';
import { prefetchPlugins } from '../parts/plugins/use-plugins.ts';
import { tableSearch } from '../parts/table-view.ts';
import { added } from '../points.ts';
import { signedIn, text } from './frame.tsx';
import { goPlugin } from './go-plugin.ts';
import { plugin } from './plugin.ts';

const plugins = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins',
  staticData: { title: 'Plugins', menu: { in: 'Plugins', order: 1, keys: 'p' } },
  validateSearch: z.object({
    ...tableSearch,
    name: text,
    kind: z.catch(z.optional(z.enum(pluginKinds)), undefined),
    state: z.catch(z.optional(z.enum(pluginStates)), undefined),
    use: z.catch(z.optional(z.literal('unused')), undefined),
    verdict: z.catch(z.optional(z.enum(scanVerdicts)), undefined),
  }),
  loader: ({ context: { queries }, params: { namespace } }) => prefetchPlugins(queries, namespace),
  component: lazyPage(() => import('../pages/plugins/plugins.tsx'), 'PluginsPage'),
});

const use = createRoute({
  getParentRoute: () => plugin,
  path: 'use',
  staticData: { tab: 'Use it' },
  component: lazyPage(() => import('../pages/plugin/use/use.tsx'), 'UsePage'),
});

const overview = createRoute({
  getParentRoute: () => plugin,
  path: '/',
  staticData: { tab: 'Overview' },
  beforeLoad: ({ context: { key, shownPath }, location, params }) => {
    // Who can only call the plugin reads first how. From its other tabs, the overview is one of them.
    const isInside = `${shownPath()}/`.startsWith(`${location.pathname.replace(/\/$/, '')}/`);
    if (isInside || key.scopes.some((scope) => scope === 'plugins:write' || scope === 'plugins:deploy')) return;
    throw redirect({ to: '/n/$namespace/plugins/$name/use', params, replace: true });
  },
  validateSearch: z.object({ hours: z.catch(z.optional(z.literal(trafficPeriods)), undefined) }),
  loader: ({ context: { queries, key }, params: { namespace, name } }) => {
    void queries.prefetchQuery(trafficQuery(namespace, name));
    void queries.prefetchQuery(activeReleaseQuery(namespace, name));
    void queries.prefetchQuery(recentDeploymentsQuery(namespace, name));
    if (key.scopes.includes('audit:read')) void queries.prefetchQuery(uploadEventsQuery(namespace));
  },
  component: lazyPage(() => import('../pages/plugin/plugin-overview.tsx'), 'PluginOverviewPage'),
});

const versions = createRoute({
  getParentRoute: () => plugin,
  path: 'versions',
  staticData: { tab: 'Versions' },
  loader: ({ context: { queries, key }, params: { namespace, name } }) => {
    void queries.prefetchQuery(recentDeploymentsQuery(namespace, name));
    if (key.scopes.includes('audit:read')) void queries.prefetchQuery(uploadEventsQuery(namespace));
  },
  component: lazyPage(() => import('../pages/plugin/plugin-versions.tsx'), 'PluginVersionsPage'),
});

const pluginDeployments = createRoute({
  getParentRoute: () => plugin,
  path: 'deployments',
  staticData: { tab: 'Deployments' },
  validateSearch: z.object(tableSearch),
  loader: ({ context: { queries }, params: { namespace, name } }) =>
    void queries.prefetchInfiniteQuery(deploymentsQuery(namespace, { name })),
  component: lazyPage(() => import('../pages/plugin/plugin-deployments.tsx'), 'PluginDeploymentsPage'),
});

const pluginReleases = createRoute({
  getParentRoute: () => plugin,
  path: 'releases',
  staticData: { tab: 'Releases' },
  loader: ({ context: { queries }, params: { namespace, name } }) =>
    void queries.prefetchInfiniteQuery(releasesQuery(namespace, name)),
  component: lazyPage(() => import('../pages/releases/plugin-releases.tsx'), 'PluginReleasesPage'),
});

const pluginLogs = createRoute({
  getParentRoute: () => plugin,
  path: 'logs',
  staticData: { tab: 'Logs' },
  validateSearch: z.omit(logSearch, { plugin: true }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, params: { namespace, name }, deps }) =>
    void queries.prefetchInfiniteQuery(namespaceLogsQuery(namespace, { ...deps, plugin: name })),
  component: lazyPage(() => import('../pages/plugin/plugin-logs.tsx'), 'PluginLogsPage'),
});

export const pluginSettings = createRoute({
  getParentRoute: () => plugin,
  path: 'settings',
  staticData: { tab: 'Settings' },
  loader: ({ context: { queries, key }, params: { namespace, name } }) => {
    for (const { load } of added('needs')) load(queries, namespace);
    for (const { load, scope } of added('panels')) if (key.scopes.includes(scope)) load(queries, name);
  },
  component: lazyPage(() => import('../pages/plugin/plugin-settings.tsx'), 'PluginSettingsPage'),
});

const playground = createRoute({
  getParentRoute: () => plugin,
  path: 'playground',
  staticData: { tab: 'Playground' },
  validateSearch: z.object({
    version: text,
    compare: text,
    answer: z.catch(z.optional(z.enum(answerModes)), undefined),
  }),
  loader: ({ context: { queries }, params: { namespace, name } }) =>
    void queries.prefetchQuery(versionsQuery(namespace, name)),
  component: lazyPage(() => import('../pages/playground/playground.tsx'), 'PlaygroundPage'),
});

const goOverview = createRoute({
  getParentRoute: () => goPlugin,
  path: '/',
  staticData: { tab: 'Overview' },
  component: lazyPage(() => import('../pages/go-plugins/go-overview.tsx'), 'GoOverviewPage'),
});

const goPlayground = createRoute({
  getParentRoute: () => goPlugin,
  path: 'playground',
  staticData: { tab: 'Playground' },
  component: lazyPage(() => import('../pages/go-plugins/go-call.tsx'), 'GoPlaygroundPage'),
});

const goLogs = createRoute({
  getParentRoute: () => goPlugin,
  path: 'logs',
  staticData: { tab: 'Logs' },
  loader: ({ context: { queries }, params: { kind, name } }) =>
    void queries.prefetchQuery(goLogsQuery(parseGoKind(kind), name)),
  component: lazyPage(() => import('../pages/go-plugins/go-log.tsx'), 'GoLogPage'),
});

export const goSettings = createRoute({
  getParentRoute: () => goPlugin,
  path: 'settings',
  staticData: { tab: 'Settings' },
  component: lazyPage(() => import('../pages/go-plugins/go-settings.tsx'), 'GoSettingsPage'),
});

const goDiff = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/go/$kind/$name/diff',
  staticData: { title: 'Changes', under: '/n/$namespace/go/$kind/$name' },
  validateSearch: z.object({ from: z.string(), to: z.string() }),
  loader: ({ context: { queries }, params: { kind, name } }) =>
    void queries.prefetchQuery(goPluginQuery(parseGoKind(kind), name)),
  component: lazyPage(() => import('../pages/go-plugins/go-diff.tsx'), 'GoDiffPage'),
});

/** Tabs of a plugin's page. The features' tabs come before `pluginSettings`. */
export const pluginTabs = [use, overview, playground, versions, pluginDeployments, pluginReleases, pluginLogs] as const;

/** Tabs of a Go plugin's page. The features' tabs come before `goSettings`. */
export const goTabs = [goOverview, goPlayground, goLogs] as const;

export const pluginRoutes = [plugins, goDiff] as const;
