// Pages of agent plugins.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { signedIn } from '../../routes/frame.tsx';
import { agentVersionsQuery } from './queries.ts';

const agent = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/agents/$name',
  staticData: { title: { parameter: 'name' }, under: '/n/$namespace/plugins' },
  loader: ({ context: { queries }, params: { name } }) => void queries.prefetchQuery(agentVersionsQuery(name)),
  component: lazyPage(() => import('./agent.tsx'), 'AgentPage'),
});

export const pages = [agent] as const;
