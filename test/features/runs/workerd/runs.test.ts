// Tests runs from the request to the results, with the real builder: each row appears once, in input order, as output or as an error.
import { describe, expect, test } from 'vitest';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { inputKey } from '../../../../src/features/runs/keys.ts';
import type { Run } from '../../../../src/features/runs/run.ts';
import { cancelRun, startRun } from '../../../../src/features/runs/start-run.ts';
import { readLog } from '../../../../src/logs/read-log.ts';
import { removeVersion } from '../../../../src/pointers/remove-version.ts';
import { sweep } from '../../../../src/sweep.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { doubling, type RunScene, runScene } from '../scenes/run-scene.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const doubled = (rows: { n: number }[]) => rows.map(({ n }) => ({ n, twice: 2 * n }));
const linesOf = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Uploads a file to a run, starts the run, and does its work. */
async function runFile(
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

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const jsonl = { format: 'jsonl', compression: null } as const;

describe('an input', () => {
  test('an input in the request has a result for each row, in order', async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(1000) });
    expect(run).toMatchObject({ status: 'queued', rows: 0 });
    await scene.drain();
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'succeeded', rows: 1000, done: 1000, failed: 0, skipped: 0, error: null });
    expect(await scene.lines(ended, 'output')).toEqual(doubled(numbers(1000)));
    expect(await scene.lines(ended, 'errors')).toEqual([]);
  });

  test('an input of several chunks is joined in row order', async () => {
    const scene = await runScene();
    const rows = numbers(2 * runLimits.chunkRows + 10);
    const ended = await runFile(scene, linesOf(rows), jsonl);
    expect(ended).toMatchObject({
      status: 'succeeded',
      rows: rows.length,
      done: rows.length,
      chunks: 3,
    });
    expect(await scene.lines(ended, 'output')).toEqual(doubled(rows));
  });

  test('a compressed input gives the same results', async () => {
    const scene = await runScene();
    const rows = numbers(runLimits.chunkRows + 10);
    const ended = await runFile(scene, await gzipped(linesOf(rows)), { format: 'jsonl', compression: 'gzip' });
    expect(ended).toMatchObject({ status: 'succeeded', rows: rows.length, chunks: 2 });
    expect(await scene.lines(ended, 'output')).toEqual(doubled(rows));
  });

  test('a CSV input has the names from its header, and values with commas, quotes and line breaks', async () => {
    const scene = await runScene('def build_steps(request):\n    return {"steps": [lambda batch: batch]}\n');
    const csv = '\ufefftext,"other, name"\r\n"two\r\nlines","""quoted"""\r\n\r\n5" pipe,\r\n';
    const ended = await runFile(scene, csv, { format: 'csv', compression: null });
    expect(ended).toMatchObject({ status: 'succeeded', rows: 2, csv: { columns: ['text', 'other, name'] } });
    expect(await scene.lines(ended, 'output')).toEqual([
      { text: 'two\r\nlines', 'other, name': '"quoted"' },
      { text: '5" pipe', 'other, name': '' },
    ]);
  });

  test('an input without rows succeeds', { tags: 'long' }, async () => {
    const scene = await runScene();
    expect(await runFile(scene, '\n  \n', jsonl)).toMatchObject({ status: 'succeeded', rows: 0, chunks: 0 });
  });

  test.each([
    ['a CSV without a header', '\n', { format: 'csv', compression: null }, /has no header/],
    ['a header that names a column twice', 'a,a\n1,2\n', { format: 'csv', compression: null }, /the column "a" twice/],
    ['what is not compressed', '{"n":1}\n', { format: 'jsonl', compression: 'gzip' }, /not a complete gzip file/],
  ] as const)("an input that can't be split fails its run: %s", { tags: 'long' }, async (_, content, input, reason) => {
    const scene = await runScene();
    expect(await runFile(scene, content, input)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(reason),
    });
  });

  test('an input with an overlong row has an error for that row, and results for the others', async () => {
    const scene = await runScene();
    const long = `{"n":1,"text":"${'x'.repeat(runLimits.rowBytes)}"}\n`;
    const ended = await runFile(scene, `{"n":0}\n${long}{"n":2}`, jsonl);
    expect(ended).toMatchObject({ status: 'partial', rows: 3, done: 2, failed: 1 });
    expect(await scene.lines(ended, 'output')).toEqual(doubled([{ n: 0 }, { n: 2 }]));
    const error = `the row has ${long.length} bytes; the limit is ${runLimits.rowBytes}`;
    expect(await scene.lines(ended, 'errors')).toEqual([{ row: 1, error, input: null }]);
  });

  test('an input with a too deeply nested row has an error for that row, and results for the others', async () => {
    const scene = await runScene();
    const nested = (levels: number) => `{"n":1,"deep":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    const inputs = [nested(runLimits.rowLevels), nested(runLimits.rowLevels + 1), '{"n":2}', nested(5000)];
    const ended = await runFile(scene, inputs.join('\n'), jsonl);
    expect(ended).toMatchObject({ status: 'partial', rows: 4, done: 2, failed: 2 });
    expect(await scene.lines(ended, 'output')).toMatchObject([{ twice: 2 }, { twice: 4 }]);
    const error = 'the row nests deeper than 500 levels';
    expect(await scene.lines(ended, 'errors')).toEqual([
      { row: 1, error, input: inputs[1] },
      { row: 3, error, input: inputs[3] },
    ]);
    const again = await scene.create({ failedOf: ended.id });
    await scene.drain();
    expect(await scene.row(again.id)).toMatchObject({ status: 'failed', rows: 2, failed: 2 });
  });

  test('a row with thousands of brackets in a string is valid', async () => {
    const scene = await runScene();
    const text = `{"n":1,"text":"${'['.repeat(5000)}"}`;
    expect(await runFile(scene, text, jsonl)).toMatchObject({ status: 'succeeded', done: 1 });
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

  test('a plugin that does not start fails the run with the reason', { tags: 'long' }, async () => {
    const scene = await runScene(`import absent\n\n\n${doubling}`);
    const run = await scene.create({ rows: numbers(3) });
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^The plugin did not start: .*absent/),
      done: 0,
    });
  });

  test("steps that can't be built fail the run with the reason", { tags: 'long' }, async () => {
    const scene = await runScene('def build_steps(request):\n    raise ValueError("no")\n');
    const run = await scene.create({ rows: numbers(3) });
    await scene.drain();
    const error = 'The steps cannot be run: ValueError at pipeline.py:2: no';
    expect(await scene.row(run.id)).toMatchObject({ status: 'failed', error });
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

  test('a run cancelled while its rows are processed counts none of them', { tags: 'long' }, async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    const { builder } = scene.deps;
    const cancelling: typeof builder.runRows = async (...given) => {
      await cancelRun(scene.deps, scene.actor, scene.namespaceId, run.id);
      return builder.runRows(...given);
    };
    await scene.drain({ ...scene.deps, builder: { ...builder, runRows: cancelling } });
    const ended = await scene.row(run.id);
    expect(ended).toMatchObject({ status: 'cancelled', rows: 10, done: 0, failed: 0 });
    expect(await scene.lines(ended, 'output')).toEqual([]);
  });

  test('a run whose input is replaced after its start fails, and never mixes the inputs', async () => {
    const scene = await runScene();
    const run = await scene.create(jsonl);
    await scene.deps.blobs.put(inputKey(run.id), linesOf(numbers(10)));
    await startRun(scene.deps, scene.actor, scene.namespaceId, run.id);
    const { builder } = scene.deps;
    const notNow = () => {
      throw new Error('not now');
    };
    await scene.drain({ ...scene.deps, builder: { ...builder, start: notNow } });
    expect(await scene.row(run.id)).toMatchObject({ status: 'running', rows: 10, done: 0 });
    await scene.deps.blobs.put(inputKey(run.id), linesOf(numbers(20)));
    const error = 'The input was replaced or removed after the run was started.';
    expect(await scene.finish(run.id)).toMatchObject({ status: 'failed', error, done: 0 });
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

  test('a run continues on its original deployment when its version is redeployed', { tags: 'long' }, async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    await deploy(scene, 'batch_only');
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'succeeded', deploymentId: run.deploymentId });
  });

  test('a run and everything it stored are deleted when its retention period ends', async () => {
    const scene = await runScene(doubling);
    const run = await scene.create({ rows: numbers(10) });
    await scene.drain();
    expect((await scene.deps.blobs.list({ prefix: `runs/${run.id}/` })).objects).toHaveLength(2);
    scene.clock.advance(scene.deps.retention.runsMs + 1);
    // A sweep deletes only a few of the due runs, and some of them belong to other tests.
    for (let sweeps = 0; sweeps < 5; sweeps++) await sweep(scene.deps);
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

  test('objects from lost attempts are deleted, and result objects are kept', { tags: 'long' }, async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    await scene.drain();
    await scene.deps.blobs.put(`runs/${run.id}/00000000.7.jsonl`, 'lost');
    await scene.deps.blobs.put('runs/run_00000000000000000000000000/input', 'lost');
    scene.clock.advance(Date.now() - scene.clock.now() + runLimits.lostObjectsMs + 60_000);
    await sweep(scene.deps);
    const keys = (await scene.deps.blobs.list({ prefix: 'runs/' })).objects.map(({ key }) => key);
    expect(keys.filter((key) => key.includes(run.id))).toEqual([`runs/${run.id}/00000000.1.jsonl`]);
    expect(keys.filter((key) => key.includes('run_0000000'))).toEqual([]);
  });
});
