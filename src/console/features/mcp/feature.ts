// Declares what the console shows of agents' tools.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { signedIn } from '../../routes/frame.tsx';
import { toolSetsQuery } from './queries.ts';

const tools = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/tools',
  staticData: {
    title: "Agents' tools",
    menu: { in: 'Plugins', order: 4, scope: 'plugins:read', words: 'connect an agent, MCP', keys: 't' },
  },
  validateSearch: z.object(tableSearch),
  loader: ({ context, params: { namespace } }) => {
    void context.queries.prefetchInfiniteQuery(toolSetsQuery(namespace));
  },
  component: lazyPage(() => import('./tools.tsx'), 'ToolsPage'),
});

export const pages = [tools] as const;
