// Adds agent plugins to the list of plugins of every kind.

import { lazyPart } from '../../parts/connection/load-code.ts';
import type { ListedKind } from '../../points/listed-kind.ts';
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
