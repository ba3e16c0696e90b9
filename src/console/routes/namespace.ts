// Pages of a namespace: its extractors with their versions, their uploads and their deployments.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { pluginIdOf } from '../../core/plugin-id.ts';
import { recentDeploymentsQuery, trafficQuery, uploadEventsQuery } from '../data/plugin-history.ts';
import { pluginStates, scanVerdicts } from '../data/plugin-rows.ts';
import {
  deploymentQuery,
  deploymentsQuery,
  diffQuery,
  environmentQuery,
  pluginsQuery,
  scanQuery,
  sourceQuery,
  statusQuery,
  uploadQuery,
  versionQuery,
  versionsQuery,
} from '../data/queries.ts';
import { prefetchKeyNames, signedIn, text } from './frame.tsx';

const plugins = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins',
  validateSearch: z.object({
    name: text,
    state: z.catch(z.optional(z.enum(pluginStates)), undefined),
    verdict: z.catch(z.optional(z.enum(scanVerdicts)), undefined),
  }),
  loaderDeps: ({ search: { name } }) => ({ name }),
  loader: ({ context: { queries }, params: { namespace }, deps: { name } }) =>
    void queries.prefetchInfiniteQuery(pluginsQuery(namespace, name)),
  component: lazyRouteComponent(() => import('../pages/plugins/plugins.tsx'), 'PluginsPage'),
});

const plugin = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name',
  loader: ({ context, params: { namespace, name } }) => {
    const { queries, key } = context;
    void queries.prefetchQuery(versionsQuery(namespace, name));
    void queries.prefetchQuery(trafficQuery(namespace, name));
    void queries.prefetchQuery(recentDeploymentsQuery(namespace, name));
    if (key.scopes.includes('audit:read')) void queries.prefetchQuery(uploadEventsQuery(namespace));
    prefetchKeyNames(context);
  },
  component: lazyRouteComponent(() => import('../pages/plugins/plugin.tsx'), 'PluginPage'),
});

const playground = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/playground',
  validateSearch: z.object({ version: text, compare: text }),
  loader: ({ context: { queries }, params: { namespace, name } }) =>
    void queries.prefetchQuery(versionsQuery(namespace, name)),
  component: lazyRouteComponent(() => import('../pages/playground/playground.tsx'), 'PlaygroundPage'),
});

const version = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/versions/$version',
  loader: ({ context: { queries }, params }) => {
    const id = pluginIdOf(params.name, params.version);
    void queries.prefetchQuery(versionQuery(params.namespace, id));
    void queries.prefetchQuery(statusQuery(params.namespace, id));
    void queries.prefetchQuery(environmentQuery(params.namespace, id));
    void queries.prefetchQuery(scanQuery(params.namespace, id));
  },
  component: lazyRouteComponent(() => import('../pages/versions/version.tsx'), 'VersionPage'),
});

const source = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/versions/$version/source',
  validateSearch: z.object({ file: text, line: z.optional(z.number()) }),
  loader: ({ context: { queries }, params }) => {
    const id = pluginIdOf(params.name, params.version);
    void queries.prefetchQuery(sourceQuery(params.namespace, id));
    void queries.prefetchQuery(scanQuery(params.namespace, id));
  },
  component: lazyRouteComponent(() => import('../pages/versions/source.tsx'), 'SourcePage'),
});

const diff = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/diff',
  validateSearch: z.object({ from: z.string(), to: z.string() }),
  loaderDeps: ({ search: { from, to } }) => ({ from, to }),
  loader: ({ context: { queries }, params: { namespace, name }, deps: { from, to } }) => {
    void queries.prefetchQuery(diffQuery(namespace, name, from, to));
    void queries.prefetchQuery(versionsQuery(namespace, name));
  },
  component: lazyRouteComponent(() => import('../pages/diff/diff.tsx'), 'DiffPage'),
});

const upload = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/uploads/$upload',
  loader: ({ context, params }) => {
    void context.queries.prefetchQuery(uploadQuery(params.namespace, params.upload));
    prefetchKeyNames(context);
  },
  component: lazyRouteComponent(() => import('../pages/versions/upload.tsx'), 'UploadPage'),
});

const deployments = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/deployments',
  validateSearch: z.object({ name: text }),
  loaderDeps: ({ search: { name } }) => ({ name }),
  loader: ({ context: { queries }, params: { namespace }, deps: { name } }) =>
    void queries.prefetchInfiniteQuery(deploymentsQuery(namespace, name)),
  component: lazyRouteComponent(() => import('../pages/deployments/deployments.tsx'), 'DeploymentsPage'),
});

const deployment = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/deployments/$deployment',
  loader: ({ context, params }) => {
    void context.queries.prefetchQuery(deploymentQuery(params.namespace, params.deployment));
    prefetchKeyNames(context);
  },
  component: lazyRouteComponent(() => import('../pages/deployments/deployment.tsx'), 'DeploymentPage'),
});

export const namespaceRoutes = [
  plugins,
  plugin,
  playground,
  version,
  source,
  diff,
  upload,
  deployments,
  deployment,
] as const;
