// Tests compressed inputs that inflate to many times their size. They are read in one pass, with little memory.
import { expect, test } from 'vitest';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { runScene } from '../../scenes/run-scene.ts';

const mebibytes = 96;

/** Compresses `before`, followed by this many MiB of one byte and by `after`. */
async function bomb(before: string, byte: string, after: string): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const mebibyte = encoder.encode(byte.repeat(1024 * 1024));
  const parts = [encoder.encode(before), ...Array.from({ length: mebibytes }, () => mebibyte), encoder.encode(after)];
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const part = parts.shift();
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
  return new Uint8Array(await new Response(source.pipeThrough(new CompressionStream('gzip'))).arrayBuffer());
}

async function run(content: Uint8Array<ArrayBuffer>) {
  const scene = await runScene();
  const created = await scene.create({ format: 'jsonl', compression: 'gzip' });
  await scene.deps.blobs.put(inputKey(created.id), content);
  await startRun(scene.deps, scene.actor, scene.namespaceId, created.id);
  await scene.drain();
  return { scene, ended: await scene.row(created.id) };
}

test('a bomb of one row is an error for that row, and is stored nowhere', async () => {
  const content = await bomb('{"n":1}\n', 'x', '\n{"n":2}\n');
  expect(content.length).toBeLessThan(1024 * 1024);
  const { ended, scene } = await run(content);
  expect(ended).toMatchObject({ status: 'partial', rows: 3, done: 2, failed: 1 });
  const error = `the row has ${mebibytes * 1024 * 1024 + 1} bytes; the limit is ${runLimits.rowBytes}`;
  expect(await scene.lines(ended, 'errors')).toEqual([{ row: 1, error, input: null }]);
  const { objects } = await scene.deps.blobs.list({ prefix: `runs/${ended.id}/` });
  expect(objects.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(2 * 1024 * 1024);
});

test('a bomb of empty lines keeps the rows between them', { tags: 'long' }, async () => {
  const { ended } = await run(await bomb('{"n":1}\n', '\n', '{"n":2}\n'));
  expect(ended).toMatchObject({ status: 'succeeded', rows: 2, done: 2 });
});

test('a truncated bomb fails the run', { tags: 'long' }, async () => {
  const content = await bomb('{"n":1}\n', 'x', '\n');
  const { ended } = await run(content.slice(0, content.length / 2));
  expect(ended).toMatchObject({ status: 'failed', error: 'The input is not a complete gzip file.' });
});
