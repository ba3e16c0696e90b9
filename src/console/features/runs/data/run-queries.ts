// Queries for runs: all runs of a namespace or plugin, and one run.
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod/mini';
import type { WithTexts } from '../../../../client/answer-texts.ts';
import { runStates } from '../../../../contract/states.ts';
import { api, type Schemas } from '../../../data/api.ts';
import { pagedQuery } from '../../../data/paged-query.ts';

export type Run = WithTexts<Schemas['Run'], 'parameters'>;
export type RunState = Run['status'];

/** Cache key of all run data in a namespace. */
export const runsKey = (namespace_id: string) => ['namespace', namespace_id, 'runs'];

/** Returns whether a run is progressing. A run that waits for its input isn't. */
export function isUnderWay({ ended_at, status }: Pick<Run, 'ended_at' | 'status'>): boolean {
  return ended_at === null && status !== 'open';
}

export const runSearch = { status: z.catch(z.optional(z.enum(runStates)), undefined) };

/** Path of the users' own JSON within a list. */
const listed = 'results.*.parameters';

export const runsQuery = (namespace_id: string, status: RunState | undefined) =>
  pagedQuery([...runsKey(namespace_id), 'all', status ?? ''], {
    load: (page, signal) =>
      api.exact('get', '/v1/namespaces/{namespace_id}/runs', listed, {
        path: { namespace_id },
        query: { ...page, ...(status && { status }) },
        signal,
      }),
    isBusy: ({ results }) => results.some(isUnderWay),
  });

export const pluginRunsQuery = (namespace_id: string, slug: string, status: RunState | undefined) =>
  pagedQuery([...runsKey(namespace_id), 'of-plugin', slug, status ?? ''], {
    load: (page, signal) =>
      api.exact('get', '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs', listed, {
        path: { namespace_id, slug },
        query: { ...page, ...(status && { status }) },
        signal,
      }),
    isBusy: ({ results }) => results.some(isUnderWay),
  });

/** Events update a running run. */
export const runQuery = (namespace_id: string, run_id: string) =>
  queryOptions({
    queryKey: [...runsKey(namespace_id), run_id],
    queryFn: ({ signal }) =>
      api.exact('get', '/v1/namespaces/{namespace_id}/runs/{run_id}', 'parameters', {
        path: { namespace_id, run_id },
        signal,
      }),
  });
