// Kills a worker after each D1 round trip of a compressed input's run. The store never holds more for the run than is counted, and in
// the end only the run's results count.
import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { runChunks } from '../../../../../src/db/schema/runs.ts';
import type { Deps } from '../../../../../src/deps.ts';
import { inputKey } from '../../../../../src/features/runs/keys.ts';
import type { Run } from '../../../../../src/features/runs/run.ts';
import { startRun } from '../../../../../src/features/runs/start-run.ts';
import { selectAllUsage } from '../../../../../src/limits/quotas.ts';
import { sweep } from '../../../../../src/sweep.ts';
import { killedAfter } from '../../../../support/workers/killed-worker.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

const pipeline = `def shorten(batch):
    batch["text"] = [text[:1000] for text in batch["text"]]
    return batch


def build_steps(request):
    return {"steps": [shorten]}
`;

/** Returns two chunks of rows, compressed. */
async function compressed(): Promise<Uint8Array<ArrayBuffer>> {
  const rows = Array.from({ length: 12 }, (_, n) => `${JSON.stringify({ n, text: 'x'.repeat(512 * 1024) })}\n`);
  const stream = new Blob(rows).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function started(scene: RunScene, content: Uint8Array<ArrayBuffer>): Promise<Run> {
  const created = await scene.create({ format: 'jsonl', compression: 'gzip', sizeBytes: content.length });
  await scene.deps.blobs.put(inputKey(created.id), content);
  return startRun(scene.deps, scene.actor, scene.namespaceId, created.id);
}

async function bytesIn({ blobs }: Deps, prefix: string): Promise<number> {
  const { objects } = await blobs.list({ prefix });
  return objects.reduce((sum, { size }) => sum + size, 0);
}

/** Returns the run's counted bytes, including the reservations of its running chunks. */
async function counted({ deps, row }: RunScene, id: Run['id']): Promise<number> {
  const { errorBytes, outputBytes, storedChunkBytes, storedInputBytes } = await row(id);
  const chunks = await deps.db
    .select({ reserved: runChunks.reservedBytes })
    .from(runChunks)
    .where(sql`${runChunks.runId} = ${id} and ${runChunks.status} = 'running'`);
  const reserved = chunks.reduce((sum, chunk) => sum + chunk.reserved, 0);
  return storedInputBytes + storedChunkBytes + outputBytes + errorBytes + reserved;
}

const [firstKill, betweenKills] = inject('long') ? [0, 1] : [inject('propertySeed') % 8, 8];

test('all bytes that a run has stored are counted, whichever round trip a worker is killed after', async () => {
  const scene = await runScene(pipeline);
  const { actor, clock, deps } = scene;
  const content = await compressed();
  let results = 0;
  for (let trips = firstKill, isOver = false; !isOver; trips += betweenKills) {
    const { id } = await started(scene, content);
    const { dying, wasKilled } = killedAfter(deps, trips);
    await scene.drain(dying).catch(() => {});
    isOver = !wasKilled();
    expect(await bytesIn(deps, `runs/${id}/`), `after ${trips} round trips`).toBeLessThanOrEqual(
      await counted(scene, id),
    );
    const ended = await scene.finish(id);
    expect(ended, `after ${trips} round trips`).toMatchObject({ status: 'succeeded', done: 12 });
    clock.advance(60_000);
    await sweep(deps);
    expect(await bytesIn(deps, `runs/${id}/chunks/`), `after ${trips} round trips`).toBe(0);
    expect(await deps.blobs.head(inputKey(id)), `after ${trips} round trips`).toBeNull();
    results += ended.outputBytes;
    const [usage] = await selectAllUsage(deps, actor.organizationId, clock.now());
    expect(usage?.held.runs, `after ${trips} round trips`).toBe(results);
  }
});
