// Declares what the console shows of agent plugins.
import { createRoute } from '@tanstack/react-router';
import { lazyPage, lazyPart } from '../../connection/load-code.ts';
import type { ConsoleFeature, EventGroup, ListedKind } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { AgentLink } from './agent-link.tsx';
import { agentsQuery, agentVersionsQuery } from './queries.ts';

const agent = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/agents/$name',
  staticData: { title: { parameter: 'name' }, under: '/n/$namespace/plugins' },
  loader: ({ context: { queries }, params: { name } }) => void queries.prefetchQuery(agentVersionsQuery(name)),
  component: lazyPage(() => import('./agent.tsx'), 'AgentPage'),
});

export const pages = [agent] as const;

const kinds: readonly ListedKind[] = [
  {
    kind: 'agent',
    load: (queries) => void queries.prefetchQuery(agentsQuery),
    query: agentsQuery,
    Link: AgentLink,
    Add: lazyPart(() => import('./register-agent.tsx')),
    command: 'slipway agents register NAME VERSION URL --type log --artifact FILE',
  },
];

const eventFilters: readonly EventGroup[] = [{ group: 'agent_plugin.', after: 'run.' }];

export const feature: ConsoleFeature = { kinds, eventFilters };
