// Defines the processing of a run's chunk: POST /instances/{id}/rows, for an instance whose entry is `run`. The body is a line of JSON,
// a RowsCall, followed by the chunk. The response is a stream of frames, [u8 kind][u32 length of the body][body], big-endian.
import { z } from 'zod';
import { cutJson } from '../../../core/json/scan.ts';
import { emptyObject, type JsonText, writeJson } from '../../../core/json/text.ts';
import { jsonObject } from '../../json.ts';
import { batchLimits, runLimits } from '../../limits/batches.ts';
import { rowFormats, separators } from '../../runs/records.ts';
import { batchErrorTypes } from '../batch.ts';

export const rowsCallSchema = z.strictObject({
  /** The run's ID. Steps are built once per run, and their output is marked with this ID. */
  run: z.string().regex(/^\w{1,64}$/),
  format: z.enum(rowFormats),
  /** Column names of a CSV. */
  columns: z.array(z.string()).max(runLimits.columnsMax).nullable(),
  /** The separator of a CSV's values, if not a comma. */
  separator: z.enum(separators).optional(),
  /** Index of the chunk's first row in the run, from 0. */
  first: z.int().min(0),
  /** Number of rows passed to a step at a time. */
  batch_size: z.int().min(1).max(batchLimits.rowsMax),
  parameters: jsonObject,
  /** After this time, the response ends once the batch in progress is done. */
  work_ms: z.int().min(1),
  /** Average time per row of the run so far. Null if no row is done. */
  row_ms: z.number().min(0).nullable(),
});

/** A call to forward, with its parameters as the text that was sent. */
export interface RowsCall extends Omit<z.infer<typeof rowsCallSchema>, 'parameters'> {
  parameters: JsonText;
}

/** Returns a body's first line. */
export function rowsCallLine({ parameters, ...call }: RowsCall): string {
  return `${writeJson({ ...call, parameters: parameters.onOneLine() })}\n`;
}

/** Throws a JsonFault or a ZodError if the line is not a valid call. */
export async function readRowsCall(line: string): Promise<RowsCall> {
  const cut = await cutJson(line, ['parameters']);
  const call = rowsCallSchema.parse(JSON.parse(cut.skeleton));
  return { ...call, parameters: cut.one('parameters') ?? emptyObject };
}

/**
 * `alive`: a heartbeat. `output` and `errors`: the next lines of each. `progress`, with a RowsDone: the lines so far cover that many
 * rows and can be kept, whatever follows. The last frame is `done`, with a RowsDone; `failed`, with a RowsFailure, if the steps can't
 * run at all; or `refused`, with a builder error.
 */
export const rowsFrame = { alive: 0, output: 1, errors: 2, done: 3, failed: 4, refused: 5, progress: 6 } as const;
export const rowsHeaderLength = 5;

export function frameBytes({ kind, body }: { kind: number; body: Uint8Array }): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(rowsHeaderLength + body.length);
  bytes[0] = kind;
  new DataView(bytes.buffer).setUint32(1, body.length);
  bytes.set(body, rowsHeaderLength);
  return bytes;
}

const count = z.int().min(0);

/** Progress of the work. `bytes`: chunk bytes that the rows took up. `busy_ms`: total time of the answered calls. */
export const rowsDoneSchema = z.strictObject({
  rows: count,
  failed: count,
  skipped: count,
  bytes: count,
  busy_ms: count,
});
export type RowsDone = z.infer<typeof rowsDoneSchema>;

export const rowsFailureSchema = z.strictObject({ type: z.enum(batchErrorTypes), message: z.string() });
export type RowsFailure = z.infer<typeof rowsFailureSchema>;

/** A line in a run's errors. */
export const rowErrorSchema = z.object({
  /** Row index, from 0. */
  row: count,
  error: z.string(),
  /** The row, or its text if it isn't JSON. Null if it is too long. */
  input: z.json(),
});

export interface RowsOptions {
  /** Cancels the work. */
  signal: AbortSignal;
  /** Time limit. */
  timeoutMs: number;
}

export interface RowsRunner {
  /** Sends a chunk to an instance and returns the response's frames. */
  runRows(id: string, body: Uint8Array<ArrayBuffer>, options: RowsOptions): Promise<ReadableStream<Uint8Array>>;
}
