// Pages of Go plugins and agent plugins.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { agentsQuery, agentVersionsQuery, goKindOf, goPluginQuery, goPluginsQuery } from '../data/other-kinds.ts';
import { signedIn, text } from './frame.tsx';

const goPlugins = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/go/$kind',
  loader: ({ context: { queries }, params: { kind } }) => void queries.prefetchQuery(goPluginsQuery(goKindOf(kind))),
  component: lazyRouteComponent(() => import('../pages/go-plugins/go-plugins.tsx'), 'GoPluginsPage'),
});

const goPlugin = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/go/$kind/$name',
  loader: ({ context: { queries }, params: { kind, name } }) =>
    void queries.prefetchQuery(goPluginQuery(goKindOf(kind), name)),
  component: lazyRouteComponent(() => import('../pages/go-plugins/go-plugin.tsx'), 'GoPluginPage'),
});

const agents = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/agents',
  validateSearch: z.object({ q: text }),
  loaderDeps: ({ search: { q } }) => ({ q }),
  loader: ({ context: { queries }, deps: { q } }) => void queries.prefetchInfiniteQuery(agentsQuery(q)),
  component: lazyRouteComponent(() => import('../pages/agents/agents.tsx'), 'AgentsPage'),
});

const agent = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/agents/$name',
  loader: ({ context: { queries }, params: { name } }) => void queries.prefetchQuery(agentVersionsQuery(name)),
  component: lazyRouteComponent(() => import('../pages/agents/agent.tsx'), 'AgentPage'),
});

export const otherKindsRoutes = [goPlugins, goPlugin, agents, agent] as const;
