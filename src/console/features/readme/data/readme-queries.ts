// Queries of the README tab: the file, and what its Markdown says.
import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '../../../../client/errors.ts';
import type { ServedKind } from '../../../../contract/plugin/go-kinds.ts';
import { api, type Schemas } from '../../../data/api.ts';
import { loadCode } from '../../../parts/connection/load-code.ts';
import { readMarkdown } from './markdown-tree.ts';

/** Reads a version's README, or null if it has none. */
export const readmeQuery = (namespace_id: string, plugin_id: string, kind: ServedKind) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'readme', kind, plugin_id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Schemas['PluginReadme'] | null> => {
      try {
        const readme = await api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme', {
          path: { namespace_id, plugin_id },
          query: { kind },
          signal,
        });
        return { ...readme, text: plainLines(readme.text) };
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });

/** Parses Markdown. The parser is loaded with the first README that needs it. */
export const markdownQuery = (text: string) =>
  queryOptions({
    queryKey: ['markdown', text],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: async () => {
      const { default: MarkdownIt } = await loadCode(() => import('markdown-it'));
      return readMarkdown(MarkdownIt, text);
    },
  });

/** Removes what editors of other systems add: the mark at the start, and carriage returns. */
function plainLines(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}
