// Reads the frames that a builder sends while it processes a chunk (contract/builder/rows/rows-call.ts).
import { BuilderError, builderErrorSchema } from '../../../contract/builder/errors.ts';
import {
  type RowsDone,
  rowsDoneSchema,
  rowsFailureSchema,
  rowsFrame,
  rowsHeaderLength,
} from '../../../contract/builder/rows/rows-call.ts';
import { readPieces } from '../../../core/paced-bytes.ts';

/** The version's steps can't run. The plugin is at fault, whatever the rows. */
export class StepsFailed extends Error {
  override readonly name = 'StepsFailed';
}

export interface RowsSink {
  output(bytes: Uint8Array): Promise<void>;
  errors(bytes: Uint8Array): Promise<void>;
  /** Reports how many rows the lines so far cover. */
  progress(done: RowsDone): Promise<void>;
}

/** Passes lines on as they arrive. Rejects unless the last frame reports how many rows are done. */
export async function readRows(stream: ReadableStream<Uint8Array>, sink: RowsSink): Promise<RowsDone> {
  let header = new Uint8Array();
  let kind = -1;
  let left = 0;
  let held: Uint8Array[] = [];
  for await (const bytes of untilLost(stream)) {
    for (let at = 0; at < bytes.length; ) {
      if (left === 0 && kind === -1) {
        const taken = Math.min(rowsHeaderLength - header.length, bytes.length - at);
        header = joined([header, bytes.subarray(at, at + taken)]);
        at += taken;
        if (header.length < rowsHeaderLength) break;
        kind = header[0] ?? -1;
        left = new DataView(header.buffer).getUint32(1);
        header = new Uint8Array();
      }
      const part = bytes.subarray(at, at + left);
      at += part.length;
      left -= part.length;
      if (kind === rowsFrame.output) await sink.output(part);
      else if (kind === rowsFrame.errors) await sink.errors(part);
      else held.push(part);
      if (left > 0) continue;
      if (kind === rowsFrame.progress) await sink.progress(rowsDoneSchema.parse(jsonOf(held)));
      if (kind === rowsFrame.done) return rowsDoneSchema.parse(jsonOf(held));
      if (kind === rowsFrame.failed) throw new StepsFailed(rowsFailureSchema.parse(jsonOf(held)).message);
      if (kind === rowsFrame.refused) throw refusalOf(jsonOf(held));
      kind = -1;
      held = [];
    }
  }
  throw new BuilderError('unreachable', 'The builder was lost while processing rows');
}

async function* untilLost(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* readPieces(stream);
  } catch (cause) {
    throw new BuilderError('unreachable', 'The builder was lost while processing rows', [], cause);
  }
}

function refusalOf(body: unknown): BuilderError {
  const { code, message, missing } = builderErrorSchema.parse(body).error;
  return new BuilderError(code, message, missing);
}

function jsonOf(parts: readonly Uint8Array[]): unknown {
  return JSON.parse(new TextDecoder().decode(joined(parts)));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
