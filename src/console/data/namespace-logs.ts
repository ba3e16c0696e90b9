// Reads what the plugins of a namespace printed, newest lines first to come, with filters as they are in the URL.
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

export interface LogFilter {
  plugin?: string | undefined;
  request?: string | undefined;
  text?: string | undefined;
}

const linesPerRead = 200;
const followMs = 2000;

/** The first page has the newest lines, each further one those before them. */
export const namespaceLogsQuery = (namespace_id: string, filter: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ['namespace', namespace_id, 'logs', filter],
    refetchInterval: followMs,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/namespaces/{namespace_id}/logs', {
        path: { namespace_id },
        query: { limit: linesPerRead, ...given(filter), ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
  });

function given({ plugin, request, text }: LogFilter) {
  return { ...(plugin && { plugin }), ...(request && { request }), ...(text && { text }) };
}
