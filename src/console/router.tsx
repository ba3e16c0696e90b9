// Every page by its URL. Pages of a namespace are under /n/{namespace_id}; filters are in the query string.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod/mini';
import { eventTypes } from './data/queries.ts';
import { sessionQuery } from './data/session.ts';
import { DeploymentPage } from './pages/deployment.tsx';
import { DeploymentsPage } from './pages/deployments.tsx';
import { DiffPage } from './pages/diff.tsx';
import { EventsPage } from './pages/events.tsx';
import { NamespacesPage } from './pages/namespaces.tsx';
import { PluginPage } from './pages/plugin.tsx';
import { PluginsPage } from './pages/plugins.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SourcePage } from './pages/source.tsx';
import { VersionPage } from './pages/version.tsx';
import { Layout } from './parts/layout.tsx';
import { NotFound, PageError } from './parts/page-states.tsx';

const text = z.optional(z.string());

const root = createRootRouteWithContext<{ queries: QueryClient }>()();
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ next: text, failed: text }),
  component: SignInPage,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Layout,
  beforeLoad: async ({ context: { queries }, location }) => {
    const key = await queries.ensureQueryData(sessionQuery);
    if (key === null) {
      queries.removeQueries({ queryKey: sessionQuery.queryKey });
      throw redirect({ to: '/sign-in', search: { next: location.pathname } });
    }
    return { key };
  },
});
const namespaces = createRoute({ getParentRoute: () => signedIn, path: '/', component: NamespacesPage });
const events = createRoute({
  getParentRoute: () => signedIn,
  path: '/events',
  validateSearch: z.object({ type: z.optional(z.enum(eventTypes)), subject: text }),
  component: EventsPage,
});
const plugins = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins',
  validateSearch: z.object({ name: text }),
  component: PluginsPage,
});
const plugin = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name',
  component: PluginPage,
});
const version = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/versions/$version',
  component: VersionPage,
});
const playground = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/playground',
  validateSearch: z.object({ version: text, compare: text }),
  component: lazyRouteComponent(() => import('./pages/playground.tsx'), 'PlaygroundPage'),
});
const source = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/versions/$version/source',
  validateSearch: z.object({ file: text, line: z.optional(z.number()) }),
  component: SourcePage,
});
const diff = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/plugins/$name/diff',
  validateSearch: z.object({ from: z.string(), to: z.string() }),
  component: DiffPage,
});
const deployments = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/deployments',
  validateSearch: z.object({ name: text }),
  component: DeploymentsPage,
});
const deployment = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/deployments/$deployment',
  component: DeploymentPage,
});

const pages = [namespaces, events, plugins, plugin, playground, version, source, diff, deployments, deployment];

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn.addChildren(pages)]),
    context: { queries },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => <PageError error={error} retry={reset} />,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}
