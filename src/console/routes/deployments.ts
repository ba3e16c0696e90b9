// Pages of deployments, and of releases, which move calls to them.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { triggers } from '../data/deployments/deployment-trigger.ts';
import { pluginOverviewsQuery } from '../data/plugin-calls.ts';
import { deploymentQuery, deploymentStates, deploymentsQuery } from '../data/queries.ts';
import { releaseQuery } from '../data/releases/release-queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn, text } from './frame.tsx';

const deployments = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/deployments',
  staticData: { title: 'Deployments', menu: { in: 'Deployments', order: 1, keys: 'd' } },
  validateSearch: z.object({
    ...tableSearch,
    name: text,
    status: z.catch(z.optional(z.enum(deploymentStates)), undefined),
    who: text,
    trigger: z.catch(z.optional(z.enum(triggers)), undefined),
  }),
  loaderDeps: ({ search: { name, status } }) => ({ name, status }),
  loader: ({ context, params: { namespace }, deps }) => {
    void context.queries.prefetchInfiniteQuery(deploymentsQuery(namespace, deps));
    void context.queries.prefetchQuery(pluginOverviewsQuery(namespace));
  },
  component: lazyPage(() => import('../pages/deployments/deployments.tsx'), 'DeploymentsPage'),
});

const deployment = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/deployments/$deployment',
  staticData: { title: 'Deployment', under: '/n/$namespace/deployments' },
  loader: ({ context, params }) => {
    void context.queries.prefetchQuery(deploymentQuery(params.namespace, params.deployment));
  },
  component: lazyPage(() => import('../pages/deployments/deployment.tsx'), 'DeploymentPage'),
});

const release = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/releases/$release',
  staticData: { title: 'Release', under: '/n/$namespace/plugins' },
  loader: ({ context, params }) => {
    void context.queries.prefetchQuery(releaseQuery(params.namespace, params.release));
  },
  component: lazyPage(() => import('../pages/releases/release.tsx'), 'ReleasePage'),
});

export const deploymentRoutes = [deployments, deployment, release] as const;
