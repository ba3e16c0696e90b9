// Defines how a chunk of a run is worked on: POST /instances/{id}/rows, for an instance whose entry is `run`. The body is a line of JSON, a
// RowsCall, and behind it the chunk. The response is a stream of frames, [u8 kind][u32 length of the body][body], big-endian.
import { z } from 'zod';
import { cutJson } from '../../core/json/scan.ts';
import { emptyObject, type JsonText, writeJson } from '../../core/json/text.ts';
import { jsonObject } from '../json.ts';
import { batchLimits, runLimits } from '../limits/batches.ts';
import { rowFormats } from '../runs/records.ts';
import { batchErrorTypes } from './batch.ts';

export const rowsCallSchema = z.strictObject({
  /** ID of the run. Steps are built once for each, and what they print is marked with it. */
  run: z.string().regex(/^\w{1,64}$/),
  format: z.enum(rowFormats),
  /** Names of a CSV's columns. */
  columns: z.array(z.string()).max(runLimits.columnsMax).nullable(),
  /** Number of the chunk's first row among those of the run, from 0. */
  first: z.int().min(0),
  /** Steps get so many rows at a time. */
  batch_size: z.int().min(1).max(batchLimits.rowsMax),
  parameters: jsonObject,
  /** The answer ends behind the batch that is under way then. */
  work_ms: z.int().min(1),
  /** How long a row of the run took so far, on average. Null: none is done. */
  row_ms: z.number().min(0).nullable(),
});

/** A call as it is passed on: its parameters stay the text that was sent. */
export interface RowsCall extends Omit<z.infer<typeof rowsCallSchema>, 'parameters'> {
  parameters: JsonText;
}

/** Returns the first line of a body. */
export function rowsCallLine({ parameters, ...call }: RowsCall): string {
  return `${writeJson({ ...call, parameters: parameters.onOneLine() })}\n`;
}

/** Throws a JsonFault or a ZodError if the line is no call. */
export async function readRowsCall(line: string): Promise<RowsCall> {
  const cut = await cutJson(line, ['parameters']);
  const call = rowsCallSchema.parse(JSON.parse(cut.skeleton));
  return { ...call, parameters: cut.one('parameters') ?? emptyObject };
}

/**
 * `alive`: nothing to say, but at work. `output` and `errors`: the next lines of either. `progress`, with a RowsDone: the lines so far are those of
 * so many rows, and may be kept whatever follows. The last frame is `done`, with a RowsDone, or `failed`, with a RowsFailure: the steps can't be
 * run at all; or `refused`, with an error of the builder.
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

/** How far the work has come. `bytes`: those of the chunk that the rows are in. `busy_ms`: how long the calls took that were answered. */
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

/** A line of a run's errors. */
export const rowErrorSchema = z.object({
  /** Number of the row, from 0. */
  row: count,
  error: z.string(),
  /** The row, or its text if that is not JSON. Null if it is too long. */
  input: z.json(),
});

export interface RowsOptions {
  /** Ends the work. */
  signal: AbortSignal;
  /** How long it may last. */
  timeoutMs: number;
}

export interface RowsRunner {
  /** Has an instance work on a chunk. Returns the frames. */
  runRows(id: string, body: Uint8Array<ArrayBuffer>, options: RowsOptions): Promise<ReadableStream<Uint8Array>>;
}
