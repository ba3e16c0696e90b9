// Reads a namespace's sets of tools, with each tool's fixed parameters as text.
import type { WithTexts } from '../../../client/answer-texts.ts';
import { api, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export type ToolSet = WithTexts<Schemas['ToolSet'], 'tools.*.parameters'>;
export type Tool = ToolSet['tools'][number];

export const toolSetsQuery = (namespace_id: string) =>
  pagedQuery(['namespace', namespace_id, 'tool-sets'], {
    load: (page, signal) =>
      api.exact('get', '/v1/namespaces/{namespace_id}/tool-sets', 'results.*.tools.*.parameters', {
        path: { namespace_id },
        query: page,
        signal,
      }),
  });
