// Queries for runs: all runs of a namespace or plugin, one run, and its first failed rows.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod/mini';
import type { WithTexts } from '../../../../client/answer-texts.ts';
import { CauseCount } from '../../../../contract/features/runs/run-causes.ts';
import { runStates } from '../../../../contract/states.ts';
import { cutJson } from '../../../../core/json/scan.ts';
import type { JsonText } from '../../../../core/json/text.ts';
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

export const errorsShown = 20;
/** Rows may fail while others are in progress. */
const errorsEveryMs = 5000;

const failedRow = z.object({ row: z.int(), error: z.string() });

export interface FailedRow extends z.infer<typeof failedRow> {
  input: JsonText | undefined;
}

/** Reads the first failed rows and, once the run has ended, the causes of many more. Leaves the remaining stream unread. */
export const failedRowsQuery = (namespace_id: string, run_id: string, isOver: boolean) =>
  queryOptions({
    queryKey: [...runsKey(namespace_id), run_id, 'errors', isOver],
    placeholderData: keepPreviousData,
    refetchInterval: isOver ? false : errorsEveryMs,
    queryFn: async ({ signal }) => {
      const rows: FailedRow[] = [];
      const count = new CauseCount();
      const path = { namespace_id, run_id };
      for await (const line of api.lines('/v1/namespaces/{namespace_id}/runs/{run_id}/errors', { path, signal })) {
        count.add(line);
        if (rows.length < errorsShown) {
          const cut = await cutJson(line, ['input']);
          rows.push({ ...failedRow.parse(JSON.parse(cut.skeleton)), input: cut.one('input') });
        }
        if (count.isFull || (!isOver && rows.length === errorsShown)) break;
      }
      const { causes, columns, rows: examined } = count.result();
      return { rows, causes, columns, examined };
    },
  });
