// Adds agent plugins to the list of plugins of every kind.
import type { ListedKind } from '../../listed-kind.ts';
import { AgentLink } from './agent-link.tsx';
import { agentsQuery } from './queries.ts';
import { RegisterAgent } from './register-agent.tsx';

export const kinds: readonly ListedKind[] = [
  {
    kind: 'agent',
    load: (queries) => void queries.prefetchQuery(agentsQuery),
    query: agentsQuery,
    Link: AgentLink,
    Add: RegisterAgent,
    command: 'slipway agents register NAME VERSION URL --type log --artifact FILE',
  },
];
