// Adds agent plugins to the list of plugins of every kind.
import type { ListedKind } from '../../listed-kind.ts';
import { lazyPart } from '../../parts/connection/load-code.ts';
import { AgentLink } from './agent-link.tsx';
import { agentsQuery } from './queries.ts';

export const kinds: readonly ListedKind[] = [
  {
    kind: 'agent',
    load: (queries) => void queries.prefetchQuery(agentsQuery),
    query: agentsQuery,
    Link: AgentLink,
    Add: lazyPart(() => import('./register-agent.tsx')),
    command: 'slipway agents register NAME VERSION URL --type log --artifact FILE',
  },
];
