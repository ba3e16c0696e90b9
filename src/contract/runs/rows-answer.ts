// Reads what the plugin's process answers to the rows of a call. It runs the plugin's code, so that it may answer anything.
import { z } from 'zod';

const headSchema = z.object({
  /** Why no row could be worked on. */
  error: z.string().nullable(),
  /** How many of the rows it has worked on, from the first one. */
  rows: z.int().min(0),
  /** How many of these no step has taken. */
  skipped: z.int().min(0),
  failed: z.array(z.tuple([z.int().min(0), z.string()])),
});

export interface RowsAnswer extends z.infer<typeof headSchema> {
  /** Lines of the rows that did not fail, in their order. */
  output: Uint8Array<ArrayBuffer>;
}

const newline = 0x0a;
const utf8 = new TextDecoder();

/** Returns undefined if it is no answer to so many rows: each that was worked on has either a line or a reason. */
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

/** The number of lines, if each looks like an object. */
function objectsIn(output: Uint8Array): number {
  let count = 0;
  for (let from = 0; from < output.length; count++) {
    const end = output.indexOf(newline, from);
    if (end === -1 || output[from] !== 0x7b || output[end - 1] !== 0x7d) return -1;
    from = end + 1;
  }
  return count;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
