// Sends chunks of rows to the process of a run, and reads the response's frames.
import { expect } from 'vitest';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import {
  type RowsCall,
  rowErrorSchema,
  rowsCallLine,
  rowsDoneSchema,
  rowsFailureSchema,
  rowsFrame,
  rowsHeaderLength,
} from '../../../src/contract/builder/rows/rows-call.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import type { TestBuilder } from '../support.ts';

let runs = 0;

/** Starts an instance that runs rows, and returns its ID. */
export async function started(builder: TestBuilder, pipeline: string, more: Partial<PythonSpec> = {}): Promise<string> {
  const spec: PythonSpec = { ...(await builder.putPlugin({ 'pipeline.py': pipeline })), entry: 'run', ...more };
  const id = `dep_run-${runs++}`;
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
  return id;
}

const call: RowsCall = {
  run: 'run_1',
  format: 'jsonl',
  columns: null,
  first: 0,
  batch_size: 8,
  parameters: emptyObject,
  work_ms: 60_000,
  row_ms: null,
};

export function body(chunk: string | Uint8Array, more: Partial<RowsCall> = {}): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([Buffer.from(rowsCallLine({ ...call, ...more })), Buffer.from(chunk)]));
}

/** Sends a chunk of rows and returns the response's frames, merged by kind. */
export async function work(builder: TestBuilder, id: string, chunk: string | Uint8Array, more: Partial<RowsCall> = {}) {
  return framesOf(await builder.fetch(`/instances/${id}/rows`, { method: 'POST', body: body(chunk, more) }));
}

export async function framesOf(response: Response) {
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const texts = new Map<number, string>();
  for (let at = 0; at < bytes.length; ) {
    const end = at + rowsHeaderLength + bytes.readUInt32BE(at + 1);
    const kind = bytes[at] ?? -1;
    texts.set(kind, (texts.get(kind) ?? '') + bytes.toString('utf8', at + rowsHeaderLength, end));
    at = end;
  }
  const text = (kind: keyof typeof rowsFrame) => texts.get(rowsFrame[kind]) ?? '';
  const errors = text('errors').split('\n').slice(0, -1);
  return {
    output: text('output').split('\n').slice(0, -1),
    errors: errors.map((line) => rowErrorSchema.parse(JSON.parse(line))),
    done: text('done') === '' ? undefined : rowsDoneSchema.parse(JSON.parse(text('done'))),
    failed: text('failed') === '' ? undefined : rowsFailureSchema.parse(JSON.parse(text('failed'))),
  };
}

/** Returns a pipeline whose only step has this body. */
export function step(text: string, before = ''): string {
  const lines = text.replaceAll(/^/gm, '    ');
  return `import os\n${before}\n\ndef step(batch):\n${lines}\n    return batch\n\n\ndef build_steps(request):\n    return {"steps": [step]}\n`;
}

export const numbers = (count: number) => Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join('');
export const doubled = 'batch["twice"] = [2 * n for n in batch["n"]]';

/** Returns a step's body that does this at one of its rows. */
export const at = (n: number, text: string) => `${doubled}\nif ${n} in list(batch["n"]):\n    ${text}`;
