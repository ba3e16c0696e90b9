// Reads what a namespace's plugins printed, newest pages first, with filters as in the URL.
import { infiniteQueryOptions } from '@tanstack/react-query';
import { z } from 'zod/mini';
import { logLevels } from '../../../contract/builder/logs/level.ts';
import { api } from '../api.ts';
import { trafficPeriods } from '../plugin-history.ts';

const text = z.optional(z.string());

/** The filters as in the query string. */
export const logSearch = z.object({
  plugin: text,
  request: text,
  text,
  /** This level and above. */
  level: z.catch(z.optional(z.enum(logLevels)), undefined),
  /** Whether repeated entries are merged; by default, only errors are. */
  repeats: z.catch(z.optional(z.enum(['grouped', 'apart'])), undefined),
  /** Whether new lines appear as they arrive. */
  follow: z.catch(z.optional(z.literal(false)), undefined),
  /** Only lines of the last hours. */
  hours: z.catch(z.optional(z.literal(trafficPeriods)), undefined),
});
export type LogFilter = z.infer<typeof logSearch>;

const linesPerRead = 200;
const followMs = 2000;

/** The first page has the newest lines, each further page the lines before them. */
export const namespaceLogsQuery = (namespace_id: string, { follow, repeats: _, ...filter }: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ['namespace', namespace_id, 'logs', filter],
    refetchInterval: follow === false ? false : followMs,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/namespaces/{namespace_id}/logs', {
        path: { namespace_id },
        query: { limit: linesPerRead, ...logQuery(filter), ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
  });

/** Returns whether entries with the same text are merged. */
export function isGrouped({ level, repeats }: LogFilter): boolean {
  return (repeats ?? (level === 'error' ? 'grouped' : 'apart')) === 'grouped';
}

/** Returns the filters in the API's format. */
export function logQuery({ hours, level, plugin, request, text }: LogFilter) {
  return {
    ...(plugin && { plugin }),
    ...(request && { request }),
    ...(text && { text }),
    ...(level && { level }),
    ...(hours && { since: new Date(Date.now() - hours * 3_600_000).toISOString() }),
  };
}

/** Returns the `slipway logs` options for the same filters. */
export function logOptions({ hours, level, request, text }: Omit<LogFilter, 'plugin'>): string[] {
  return [
    ...(request ? [`--request ${request}`] : []),
    ...(text ? [`--text '${text.replaceAll("'", `'\\''`)}'`] : []),
    ...(level ? [`--level ${level}`] : []),
    ...(hours ? [`--since ${hours}h`] : []),
  ];
}
