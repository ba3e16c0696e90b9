// Query for a run's first failed rows, and the causes of many more.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod/mini';
import { CauseCount } from '../../../../contract/features/runs/run-causes.ts';
import { cutJson } from '../../../../core/json/scan.ts';
import type { JsonText } from '../../../../core/json/text.ts';
import { api } from '../../../data/api.ts';
import { runsKey } from './run-queries.ts';

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
