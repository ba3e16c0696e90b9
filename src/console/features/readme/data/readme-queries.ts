// Queries of the README tab: the file, and what its Markdown says.
import { queryOptions } from '@tanstack/react-query';
import { ApiError } from '../../../../client/errors.ts';
import type { ServedKind } from '../../../../contract/plugin/go-kinds.ts';
import { loadCode } from '../../../connection/load-code.ts';
import { api, type Schemas } from '../../../data/api.ts';
import { readMarkdown } from '../../../parts/markdown/markdown-tree.ts';

export type FoundReadme = { file: Schemas['PluginReadme'] } | { file: undefined; unreadable: string | undefined };

/** Reads a version's README. Without one that is text, `unreadable` is why. */
export const readmeQuery = (namespace_id: string, plugin_id: string, kind: ServedKind) =>
  queryOptions({
    queryKey: ['namespace', namespace_id, 'readme', kind, plugin_id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<FoundReadme> => {
      try {
        const readme = await api.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/readme', {
          path: { namespace_id, plugin_id },
          query: { kind },
          signal,
        });
        return { file: { ...readme, text: plainLines(readme.text) } };
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) throw error;
        const isUnreadable = error.details !== undefined && 'path' in error.details;
        return { file: undefined, unreadable: isUnreadable ? `${error.message}. ${error.hint ?? ''}` : undefined };
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
  return text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
}
