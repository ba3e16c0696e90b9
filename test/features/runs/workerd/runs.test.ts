// Tests runs from the request to the results, with the real builder: each row appears once, in input order, as output or as an error.
import { beforeAll, describe, expect, test } from 'vitest';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { cancelRun, startRun } from '../../../../src/features/runs/start-run.ts';
import { readLog } from '../../../../src/logs/read-log.ts';
import { removeVersion } from '../../../../src/pointers/remove-version.ts';
import { sweep } from '../../../../src/sweep.ts';
import { doubled, gzipped, jsonl, linesOf, numbers, runFile } from '../scenes/run-files.ts';
import { doubling, type RunScene, runScene } from '../scenes/run-scene.ts';

describe('an input', () => {
  let scene: RunScene;
  beforeAll(async () => {
    scene = await runScene();
  });

  test('an input in the request has a result for each row, in order', async () => {
    const run = await scene.create({ rows: numbers(1000) });
    expect(run).toMatchObject({ status: 'queued', rows: 0 });
    await scene.drain();
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'succeeded', rows: 1000, done: 1000, failed: 0, skipped: 0, error: null });
    expect(await scene.lines(ended, 'output')).toEqual(doubled(numbers(1000)));
    expect(await scene.lines(ended, 'errors')).toEqual([]);
  });

  test('a compressed input gives the same results', async () => {
    const ended = await runFile(scene, await gzipped(linesOf(numbers(10))), { format: 'jsonl', compression: 'gzip' });
    expect(ended).toMatchObject({ status: 'succeeded', rows: 10, chunks: 1 });
    expect(await scene.lines(ended, 'output')).toEqual(doubled(numbers(10)));
  });

  test('a CSV input has the names from its header, and values with commas, quotes and line breaks', async () => {
    const own = await runScene('def build_steps(request):\n    return {"steps": [lambda batch: batch]}\n');
    const csv = '\ufefftext,"other, name"\r\n"two\r\nlines","""quoted"""\r\n\r\n5" pipe,\r\n';
    const ended = await runFile(own, csv, { format: 'csv', compression: null });
    expect(ended).toMatchObject({ status: 'succeeded', rows: 2, csv: { columns: ['text', 'other, name'] } });
    expect(await own.lines(ended, 'output')).toEqual([
      { text: 'two\r\nlines', 'other, name': '"quoted"' },
      { text: '5" pipe', 'other, name': '' },
    ]);
  });
});

describe('failed rows', () => {
  test('failed rows have one error each, and a run based on that run reruns only those rows', async () => {
    const inverting = 'def invert(batch):\n    batch["by"] = [1 / n for n in batch["n"]]\n    return batch\n';
    const scene = await runScene(`${inverting}\n\ndef build_steps(request):\n    return {"steps": [invert]}\n`);
    const run = await scene.create({ rows: [{ n: 1 }, { n: 0 }, { n: 2 }, { n: 0 }] });
    await scene.drain();
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'partial', rows: 4, done: 2, failed: 2 });
    const error = 'step 1: ZeroDivisionError at pipeline.py:2: division by zero';
    expect(await scene.lines(ended, 'errors')).toEqual([
      { row: 1, error, input: { n: 0 } },
      { row: 3, error, input: { n: 0 } },
    ]);
    const again = await scene.create({ failedOf: run.id });
    await scene.drain();
    const repeated = await scene.row(again.id);
    expect(repeated).toMatchObject({ status: 'failed', failedOf: run.id, rows: 2, failed: 2 });
    expect(repeated.error).toBe('Every row failed.');
    expect(await scene.lines(repeated, 'errors')).toMatchObject([{ row: 0 }, { row: 1 }]);
  });
});

test("the deployment's log has the output of a run's steps, marked with the run", async () => {
  const printing = 'def step(batch):\n    print("rows", len(batch))\n    return batch\n';
  const scene = await runScene(`${printing}\n\ndef build_steps(request):\n    return {"steps": [step]}\n`);
  const run = await scene.create({ rows: numbers(70) });
  await scene.create({ rows: numbers(1) });
  await scene.drain();
  const { lines } = await readLog(scene.deps, run.deploymentId, { limit: 100, request: run.id });
  expect(lines.map(({ line }) => line)).toEqual(['rows 64', 'rows 6']);
});

describe("a run's end", () => {
  test('a cancelled run keeps its finished rows, and gets no further work', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    const cancelled = await cancelRun(scene.deps, scene.actor, scene.namespaceId, run.id);
    expect(cancelled).toMatchObject({ status: 'cancelled', error: null });
    expect(await cancelRun(scene.deps, scene.actor, scene.namespaceId, run.id)).toMatchObject({ status: 'cancelled' });
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'cancelled', done: 0, chunks: 0 });
  });

  test('a run whose input is never uploaded expires', async () => {
    const scene = await runScene();
    const run = await scene.create(jsonl);
    scene.clock.advance(runLimits.uploadUrlSeconds * 1000 + 1);
    await sweep(scene.deps);
    expect(await scene.row(run.id)).toMatchObject({ status: 'expired' });
    await expect(startRun(scene.deps, scene.actor, scene.namespaceId, run.id)).rejects.toThrow(/is expired/);
  });

  test('a run ends when its version is deleted', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    await removeVersion(scene.deps, scene.version, scene.actor.ref);
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'cancelled', error: 'The version was deleted.' });
  });

  test('a run and everything it stored are deleted when its retention period ends', async () => {
    const scene = await runScene(doubling);
    const run = await scene.create({ rows: numbers(10) });
    await scene.drain();
    expect((await scene.deps.blobs.list({ prefix: `runs/${run.id}/` })).objects).toHaveLength(2);
    scene.clock.advance(scene.deps.retention.runsMs + 1);
    // A sweep deletes only a few of the due runs, and some of them belong to other tests.
    const isStored = () => scene.row(run.id).then(Boolean, () => false);
    for (let sweeps = 0; sweeps < 5 && (await isStored()); sweeps++) await sweep(scene.deps);
    await expect(scene.row(run.id)).rejects.toThrow(/Run not found/);
    expect((await scene.deps.blobs.list({ prefix: `runs/${run.id}/` })).objects).toEqual([]);
  });
});

describe('lost work', () => {
  test('a run whose messages are all lost is completed by messages from the sweep', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    scene.sent.length = 0;
    expect(await scene.finish(run.id)).toMatchObject({ status: 'succeeded', done: 10 });
  });
});
