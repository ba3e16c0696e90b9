// Tests how inputs are split: in turns between organizations, alongside other work, and whatever the inputs contain.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { runLimits } from '../../../../../src/contract/limits/batches.ts';
import { runChunks, runs } from '../../../../../src/db/schema/runs.ts';
import type { Deps } from '../../../../../src/deps.ts';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import type { Run } from '../../../../../src/features/runs/run.ts';
import { splitRun } from '../../../../../src/features/runs/split/split-run.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { sweep } from '../../../../../src/sweep.ts';
import { joined } from '../../../../support/bytes.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

const bytesOf = (text: string) => new Uint8Array(new TextEncoder().encode(text));

async function gzip(content: Uint8Array<ArrayBuffer> | string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

type Input = { format: 'jsonl' | 'csv'; compression: 'gzip' | null };

async function started(scene: RunScene, content: Uint8Array<ArrayBuffer>, input: Input): Promise<Run> {
  const run = await scene.create(input);
  await scene.deps.blobs.put(inputKey(run.id), content);
  return startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
}

const plain = { format: 'jsonl', compression: null } as const;
const compressed = { format: 'jsonl', compression: 'gzip' } as const;
const oneRow = bytesOf('{"n":1}\n');

const isSplit = async (scene: RunScene, { id }: Run) => (await scene.row(id)).status === 'running';

/** Makes a worker hold the input's lease for its whole duration. */
async function beingSplit(scene: RunScene, { id }: Run): Promise<void> {
  const leaseUntil = scene.clock.now() + 30_000;
  await scene.deps.db.update(runs).set({ status: 'splitting', leaseToken: id, leaseUntil }).where(eq(runs.id, id));
}

test('an organization has at most two inputs split at a time, the end of one starts the next, and other organizations do not wait', async () => {
  const scene = await runScene();
  const [first, second, third, fourth] = await Promise.all([1, 2, 3, 4].map(() => started(scene, oneRow, plain)));
  if (!first || !second || !third || !fourth) throw new Error('there are four');
  await beingSplit(scene, first);
  await beingSplit(scene, second);
  await splitRun(scene.deps, third.id);
  expect(await isSplit(scene, third)).toBe(false);

  const other = await runScene();
  const others = await started(other, oneRow, plain);
  await splitRun(other.deps, others.id);
  expect(await isSplit(other, others)).toBe(true);

  await scene.deps.db.update(runs).set({ leaseToken: null, leaseUntil: null }).where(eq(runs.id, first.id));
  scene.sent.length = 0;
  await splitRun(scene.deps, first.id);
  expect(await isSplit(scene, first)).toBe(true);
  const woken = scene.sent.flatMap((message) => (message.type === 'work-run' ? [message.id] : []));
  expect([third.id, fourth.id]).toContain(woken.at(-1));
  await splitRun(scene.deps, third.id);
  expect(await isSplit(scene, third)).toBe(true);

  scene.sent.length = 0;
  scene.clock.advance(31_000);
  await sweep(scene.deps);
  expect(scene.sent).toContainEqual({ v: 1, type: 'work-run', id: fourth.id });
});

/** Returns a store in which storing a chunk takes this long. */
function slowStore(scene: RunScene, chunkMs: number): Deps {
  const blobs = new Proxy(scene.deps.blobs, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (name === 'put') scene.clock.advance(chunkMs);
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { ...scene.deps, blobs };
}

test('a slow compressed input is split in several passes, each of which makes progress', async () => {
  const scene = await runScene();
  const rows = 5 * runLimits.chunkRows;
  const text = Array.from({ length: rows }, (_, n) => `{"n":${n}}\n`).join('');
  const run = await started(scene, await gzip(text), compressed);
  const deps = slowStore(scene, runLimits.splitStoredMs / 2 + 1);
  const counts: number[] = [];
  while (!(await isSplit(scene, run))) {
    await splitRun(deps, run.id);
    counts.push((await scene.row(run.id)).chunks);
  }
  expect(counts.length).toBeGreaterThan(1);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  const chunks = await scene.deps.db.select().from(runChunks).where(eq(runChunks.runId, run.id));
  expect(chunks.map(({ firstRow }) => firstRow)).toEqual([0, 1, 2, 3, 4].map((nth) => nth * runLimits.chunkRows));
  expect(await scene.row(run.id)).toMatchObject({ rows, chunks: 5 });
  const stored = await Promise.all(
    chunks.map(async ({ number }) => {
      const object = await scene.deps.blobs.get(`runs/${run.id}/chunks/${String(number).padStart(5, '0')}`);
      return object?.text();
    }),
  );
  expect(stored.join('')).toBe(text);
});

test.each([
  ['blank lines that are compressed', '\n', compressed],
  ['blank lines', '\n', plain],
  ['spaces in a CSV', ' ', { format: 'csv', compression: null }],
] as const)("another organization's requests are answered while %s are split", async (_, blank, input) => {
  const scene = await runScene();
  const content = bytesOf(`n\n${blank.repeat(32 * 1024 * 1024)}`);
  const run = await started(scene, input.compression ? await gzip(content) : content, input);
  let isEnded = false;
  const split = splitRun(scene.deps, run.id).finally(() => {
    isEnded = true;
  });
  // Each request needs the thread several times, for its query and its timer.
  let answered = 0;
  while (!isEnded) {
    await scene.row(run.id);
    await scheduler.wait(1);
    answered++;
  }
  await split;
  // One per turn on an idle machine. Without turns, some thirty.
  expect(answered).toBeGreaterThan(100);
});

const gap = `No row ends in the ${runLimits.gapBytes} bytes of the input where row 1 (from 0) should be`;

test('an input with a long stretch of blank lines fails its run, and the rows before the blank lines keep their results', {
  tags: 'long',
}, async () => {
  const scene = await runScene();
  const blank = await gzip(new Uint8Array(1024 * 1024).fill(0x0a));
  const file = joined([await gzip(oneRow), ...Array.from({ length: 200 }, () => blank)]);
  const run = await started(scene, file, compressed);
  await scene.drain();
  expect(await scene.row(run.id)).toMatchObject({ status: 'failed', error: expect.stringContaining(gap) });
});

test('a row of exactly the maximum size is accepted with any line ending, and one byte more is refused', async () => {
  const rowOf = (bytes: number) => `{"n":1,"t":"${'x'.repeat(bytes - '{"n":1,"t":""}'.length)}"}`;
  const { rowBytes } = runLimits;
  const text = `${rowOf(rowBytes)}\n${rowOf(rowBytes)}\r\n${rowOf(rowBytes + 1)}\n${rowOf(rowBytes)}`;
  const scene = await runScene();
  const run = await started(scene, bytesOf(text), plain);
  await splitRun(scene.deps, run.id);
  const chunks = await scene.deps.db.select().from(runChunks).where(eq(runChunks.runId, run.id));
  expect(chunks.flatMap(({ firstRow, isTooLong }) => (isTooLong ? [firstRow] : []))).toEqual([2]);
  expect(await scene.row(run.id)).toMatchObject({ rows: 4 });
});
