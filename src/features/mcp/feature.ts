// Declares tools: plugins that agents call by the Model Context Protocol, and the sets in which namespaces offer them.
import { defineFeature } from '../../feature.ts';
import { proposalNeeds } from './needs.ts';
import { namespaceMcp, toolSetMcp } from './routes/mcp.ts';
import { toolSetRoutes } from './routes/tool-sets.ts';
import { toolSets } from './tables.ts';

export const mcp = defineFeature({
  name: 'mcp',
  routes: {
    '/v1/namespaces/:namespace_id/mcp': namespaceMcp,
    '/v1/namespaces/:namespace_id/tool-sets': toolSetRoutes,
    '/v1/namespaces/:namespace_id/tool-sets/:name/mcp': toolSetMcp,
  },
  fields: { examples: { tool_count: 2, where: 'tools.find_papers.description', more_changes: 0 } },
  tags: [
    {
      name: 'Tools',
      description: 'Offer plugins as tools to agents, by the Model Context Protocol.',
      after: 'Models',
    },
  ],
  needs: [proposalNeeds],
  owned: [
    { table: toolSets, holder: 'namespace', column: toolSets.namespaceId, order: [toolSets.name], after: 'models' },
  ],
});
