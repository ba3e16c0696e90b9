// Reads a run's input while it is being split: the uploaded object, inflated if compressed, or another run's failed rows.
import { and, asc, eq, gt } from 'drizzle-orm';
import { rowErrorSchema } from '../../../contract/builder/rows/rows-call.ts';
import { runLimits } from '../../../contract/limits/batches.ts';
import { cutJson } from '../../../core/json/scan.ts';
import { readFullPieces } from '../../../core/paced-bytes.ts';
import { readLines } from '../../../core/paced-lines.ts';
import { runChunks } from '../../../db/schema/runs.ts';
import type { Deps } from '../../../deps.ts';
import { inputKey, partKey } from '../keys.ts';
import type { Run } from '../run.ts';
import { inflatedPieces } from './gzip-input.ts';
import { InputRefused, inputReplaced } from './refusals.ts';

type Store = Pick<Deps, 'db' | 'blobs'>;

/** Yields the input's bytes from position `at` on, or from the start if chunks are stored separately. */
export function readInput(deps: Store, run: Run, at: number): AsyncGenerator<Uint8Array, void> {
  if (run.failedOf !== null) return failedRows(deps, run.failedOf);
  return run.compression === null ? sentBytes(deps, run, at) : inflated(deps, run);
}

async function* sentBytes({ blobs }: Store, run: Run, at: number): AsyncGenerator<Uint8Array, void> {
  if (at >= (run.inputBytes ?? 0)) return;
  const { body } = await inputObject(blobs, run, { offset: at });
  yield* readFullPieces(body);
}

async function inputObject(blobs: R2Bucket, { id, inputEtag }: Run, range: { offset: number }): Promise<R2ObjectBody> {
  const etagMatches = inputEtag ?? '';
  const object = await blobs.get(inputKey(id), { onlyIf: { etagMatches }, ...(range.offset > 0 ? { range } : {}) });
  if (object && 'body' in object) return object;
  throw inputReplaced();
}

/** Stops reading an input that inflates beyond the limit. */
async function* inflated({ blobs }: Store, run: Run): AsyncGenerator<Uint8Array, void> {
  const { body } = await inputObject(blobs, run, { offset: 0 });
  let size = 0;
  for await (const piece of inflatedPieces(readFullPieces(body))) {
    size += piece.length;
    if (size > runLimits.inputBytes) throw tooLarge();
    yield piece;
  }
}

export function tooLarge(): InputRefused {
  return new InputRefused(`The input has more than ${runLimits.inputBytes} bytes. Send it in several runs.`);
}

const chunksAtOnce = 500;

async function* failedRows(deps: Store, failedOf: NonNullable<Run['failedOf']>): AsyncGenerator<Uint8Array, void> {
  for (let after = -1; ; ) {
    const chunks = await deps.db
      .select({ firstRow: runChunks.firstRow, parts: runChunks.parts })
      .from(runChunks)
      .where(and(eq(runChunks.runId, failedOf), gt(runChunks.firstRow, after)))
      .orderBy(asc(runChunks.firstRow))
      .limit(chunksAtOnce);
    for (const { firstRow, parts } of chunks)
      for (const { attempt, errors } of parts)
        if (errors > 0) yield* inputsIn(deps, partKey(failedOf, firstRow, attempt, 'errors'));
    const last = chunks.at(-1);
    if (!last || chunks.length < chunksAtOnce) return;
    after = last.firstRow;
  }
}

async function* inputsIn({ blobs }: Store, key: string): AsyncGenerator<Uint8Array, void> {
  const object = await blobs.get(key);
  if (!object) throw new InputRefused('The failed rows are gone: their run was deleted.');
  for await (const lines of readLines(object.body, runLimits.errorLineBytes))
    yield encoder.encode((await Promise.all(lines.map(inputIn))).join(''));
}

const encoder = new TextEncoder();

/** Returns the input row from an error line. */
async function inputIn(line: string): Promise<string> {
  const cut = await cutJson(line, ['input']);
  rowErrorSchema.parse(JSON.parse(cut.skeleton));
  return `${cut.one('input')?.text}\n`;
}
