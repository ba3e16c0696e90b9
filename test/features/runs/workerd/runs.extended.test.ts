// Tests runs of unusual inputs, of plugins that don't start, and runs whose input or version changes meanwhile.
import { describe, expect, test } from 'vitest';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { inputKey } from '../../../../src/features/runs/keys.ts';
import { cancelRun, startRun } from '../../../../src/features/runs/start-run.ts';
import { sweep } from '../../../../src/sweep.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { doubled, gzipped, jsonl, linesOf, numbers, runFile } from '../scenes/run-files.ts';
import { doubling, runScene } from '../scenes/run-scene.ts';

describe('an input', () => {
  test('a compressed input of several chunks has a result for each row, in order', async () => {
    const scene = await runScene();
    const rows = numbers(runLimits.chunkRows + 10);
    const ended = await runFile(scene, await gzipped(linesOf(rows)), { format: 'jsonl', compression: 'gzip' });
    expect(ended).toMatchObject({ status: 'succeeded', rows: rows.length, chunks: 2 });
    expect(await scene.lines(ended, 'output')).toEqual(doubled(rows));
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

describe("a run's end", () => {
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

  test('a run continues on its original deployment when its version is redeployed', { tags: 'long' }, async () => {
    const scene = await runScene();
    const run = await scene.create({ rows: numbers(10) });
    await deploy(scene, 'batch_only');
    await scene.drain();
    expect(await scene.row(run.id)).toMatchObject({ status: 'succeeded', deploymentId: run.deploymentId });
  });
});

describe('lost work', () => {
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
