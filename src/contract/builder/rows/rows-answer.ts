// Reads the plugin process's response to a call's rows. The process runs the plugin's code, so the response may be anything.
import { z } from 'zod';
import { parseJson } from '../../../core/json/parse.ts';

const headSchema = z.object({
  /** Why no row could be processed. */
  error: z.string().nullable(),
  /** Number of rows processed, from the first one. */
  rows: z.int().min(0),
  /** Number of those rows that no step took. */
  skipped: z.int().min(0),
  failed: z.array(z.tuple([z.int().min(0), z.string()])),
});

export interface RowsAnswer extends z.infer<typeof headSchema> {
  /** Lines of the successful rows, in order. */
  output: Uint8Array<ArrayBuffer>;
}

const newline = 0x0a;
const utf8 = new TextDecoder();

/** Returns undefined if the response isn't valid for this many rows: each processed row has either a line or a reason. */
export function readRowsAnswer(answer: Uint8Array<ArrayBuffer>, sent: number): RowsAnswer | undefined {
  const end = answer.indexOf(newline);
  if (end === -1) return undefined;
  const head = headSchema.safeParse(parseJson(utf8.decode(answer.subarray(0, end))));
  if (!head.success) return undefined;
  const output = answer.subarray(end + 1);
  const { error, failed, rows, skipped } = head.data;
  if (error !== null) return { ...head.data, output };
  const indexes = new Set(failed.map(([index]) => index));
  const areOfRows = indexes.size === failed.length && failed.every(([index]) => index < rows);
  const isPossible = rows >= Math.min(1, sent) && rows <= sent && skipped <= rows;
  const isWhole = areOfRows && isPossible && objectsIn(output) === rows - failed.length;
  return isWhole ? { ...head.data, output } : undefined;
}

/** Returns the number of lines, if each looks like an object. */
function objectsIn(output: Uint8Array): number {
  let count = 0;
  for (let from = 0; from < output.length; count++) {
    const end = output.indexOf(newline, from);
    if (end === -1 || output[from] !== 0x7b || output[end - 1] !== 0x7d) return -1;
    from = end + 1;
  }
  return count;
}
