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
import type { EventFilter } from './data/event-types.ts';
import { sessionQuery } from './data/session.ts';
import { DeliveryPage } from './pages/delivery.tsx';
import { DeploymentPage } from './pages/deployment.tsx';
import { DeploymentsPage } from './pages/deployments.tsx';
import { DiffPage } from './pages/diff.tsx';
import { EventsPage } from './pages/events.tsx';
import { KeysPage, keyStates } from './pages/keys.tsx';
import { NamespacesPage } from './pages/namespaces.tsx';
import { PluginPage } from './pages/plugin.tsx';
import { PluginsPage } from './pages/plugins.tsx';
import { QuotasPage } from './pages/quotas.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SourcePage } from './pages/source.tsx';
import { UploadPage } from './pages/upload.tsx';
import { VersionPage } from './pages/version.tsx';
import { deliveryStates, WebhookPage } from './pages/webhook.tsx';
import { WebhooksPage } from './pages/webhooks.tsx';
import { Layout } from './parts/layout.tsx';
import { NotFound, PageError } from './parts/page-states.tsx';

const text = z.optional(z.string());
/** The server knows which types exist. */
const eventType = z.optional(z.custom<EventFilter>((value) => typeof value === 'string' && value.length <= 100));

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
  validateSearch: z.object({
    type: eventType,
    subject: text,
    namespace: text,
    since: text,
    until: text,
    order: z.optional(z.enum(['desc', 'asc'])),
  }),
  component: EventsPage,
});
const quotas = createRoute({
  getParentRoute: () => signedIn,
  path: '/quotas',
  validateSearch: z.object({ namespace: text }),
  component: QuotasPage,
});
const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  validateSearch: z.object({ status: z.optional(z.enum(keyStates)) }),
  component: KeysPage,
});
const webhooks = createRoute({ getParentRoute: () => signedIn, path: '/webhooks', component: WebhooksPage });
const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$endpoint',
  validateSearch: z.object({ status: z.optional(z.enum(deliveryStates)), type: eventType }),
  component: WebhookPage,
});
const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$endpoint/deliveries/$delivery',
  component: DeliveryPage,
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
const goPlugins = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/go/$kind',
  component: lazyRouteComponent(() => import('./pages/go-plugins.tsx'), 'GoPluginsPage'),
});
const goPlugin = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/go/$kind/$name',
  component: lazyRouteComponent(() => import('./pages/go-plugin.tsx'), 'GoPluginPage'),
});
const agents = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/agents',
  validateSearch: z.object({ q: text }),
  component: lazyRouteComponent(() => import('./pages/agents.tsx'), 'AgentsPage'),
});
const agent = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/agents/$name',
  component: lazyRouteComponent(() => import('./pages/agent.tsx'), 'AgentPage'),
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

const upload = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/uploads/$upload',
  component: UploadPage,
});

const ofOrganization = [namespaces, events, quotas, keys, webhooks, webhook, delivery];
const ofNamespace = [plugins, plugin, playground, version, source, diff, deployments, deployment, upload];
const ofOtherKinds = [goPlugins, goPlugin, agents, agent];

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn.addChildren([...ofOrganization, ...ofNamespace, ...ofOtherKinds])]),
    context: { queries },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => <PageError error={error} retry={reset} />,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}
