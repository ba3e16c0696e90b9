// Runs of uploaded files.
import { expect } from 'vitest';
import { inputKey } from '../../../../src/features/runs/keys.ts';
import type { Run } from '../../../../src/features/runs/run.ts';
import { startRun } from '../../../../src/features/runs/start-run.ts';
import type { RunScene } from './run-scene.ts';

export const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

export const doubled = (rows: { n: number }[]) => rows.map(({ n }) => ({ n, twice: 2 * n }));

export const linesOf = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Uploads a file to a run, starts the run, and does its work. */
export async function runFile(
  scene: RunScene,
  content: string | Uint8Array<ArrayBuffer>,
  input: { format: 'jsonl' | 'csv'; compression: Run['compression'] },
): Promise<Run> {
  const { actor, deps, namespaceId } = scene;
  const run = await scene.create(input);
  expect(run).toMatchObject({ status: 'open', inputBytes: null });
  await deps.blobs.put(inputKey(run.id), content);
  expect(await startRun(deps, actor, namespaceId, run.id)).toMatchObject({ status: 'queued' });
  await scene.drain();
  return scene.row(run.id);
}

export const jsonl = { format: 'jsonl', compression: null } as const;

export async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
