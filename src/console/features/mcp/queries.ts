// Reads a namespace's sets of tools, with each tool's fixed parameters as text.
import { parseWithTexts, type WithTexts } from '../../../client/answer-texts.ts';
import type { SetTool } from '../../../contract/features/mcp/tool-sets.ts';
import { api, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

interface WireSet {
  name: string;
  description: string | null;
  requires_approval: boolean;
  mcp_url: string;
  tools: (SetTool & { parameters: Record<string, unknown> | null })[];
  updated_at: string;
  updated_by: Schemas['Actor'];
}

interface WirePage {
  results: WireSet[];
  pagination: Schemas['Pagination'];
}

export type ToolSet = WithTexts<WireSet, 'tools.*.parameters'>;

const path = '/v1/namespaces/{namespace_id}/tool-sets';
const parameters = 'results.*.tools.*.parameters';

export const toolSetsQuery = (namespace_id: string) =>
  pagedQuery(['namespace', namespace_id, 'tool-sets'], {
    load: async (page, signal) => {
      const response = await api.request('get', path, { path: { namespace_id }, query: page, signal });
      return parseWithTexts<WirePage, typeof parameters>(await response.text(), parameters);
    },
  });
