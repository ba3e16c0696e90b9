// Tests POST /instances/{id}/batch: rows sent through a plugin's steps, and what a hostile plugin can do to a run.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchOutcomeSchema } from '../../../src/contract/builder/batch.ts';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { batchLimits } from '../../../src/contract/limits/batches.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { isAlive, refusal, TestBuilder } from '../support.ts';

const limits = { hangMs: 200, memoryBytes: 256 * 2 ** 20 };
let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits });
});
afterAll(() => builder.close());

let runs = 0;

/** Starts an instance for the pipeline and returns its ID. */
async function started(pipeline: string, more: Partial<PythonSpec> = {}): Promise<string> {
  const spec: PythonSpec = { ...(await builder.putPlugin({ 'pipeline.py': pipeline })), entry: 'pipeline', ...more };
  const id = `dep_run-${runs++}`;
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
  return id;
}

function send(id: string, rows: unknown, more = {}) {
  return builder.send(
    'POST',
    `/instances/${id}/batch`,
    JSON.stringify({ rows, parameters: {}, batch_size: 64, ...more }),
  );
}

async function run(pipeline: string, rows: unknown = [{ data: 'a' }], more: Partial<PythonSpec> = {}) {
  const { body, status } = await send(await started(pipeline, more), rows);
  expect(status).toBe(200);
  const { lines, duration_ms, ...outcome } = batchOutcomeSchema.parse(body);
  return { ...outcome, lines: lines.map(({ line, stream }) => `${stream}: ${line}`) };
}

/** Returns a pipeline whose only step has this body. */
function step(body: string, before = ''): string {
  const lines = body.replaceAll(/^/gm, '    ');
  return `${before}\n\ndef step(batch):\n${lines}\n    return batch\n\n\ndef build_steps(request):\n    return {"steps": [step]}\n`;
}

const failure = (type: string, message: string) => ({
  ...{ steps: null, frame: null, rows: [], skipped: [], errors: [] },
  error: { type, message },
});

test('each row has a result or an error, the log has the output, and the instance is stopped', async () => {
  const id = await started(step('print("rows", len(batch))\nbatch["inverse"] = [1 / n for n in batch["n"]]'));
  const { body } = await send(id, [{ n: 2 }, { n: 0 }]);
  expect(body).toEqual({
    steps: 1,
    frame: 'table',
    rows: [{ n: 2, inverse: 0.5 }, null],
    skipped: [],
    errors: [{ index: 1, message: 'step 1: ZeroDivisionError at pipeline.py:5: division by zero' }],
    error: null,
    duration_ms: expect.any(Number),
    lines: expect.arrayContaining([expect.objectContaining({ stream: 'stdout', line: 'rows 2' })]),
  });
  expect(refusal(await builder.send('GET', `/instances/${id}`))).toBe('404 instance-gone');
});

test('a batch without rows only builds the steps', async () => {
  const outcome = await run(step('raise ValueError'), null);
  expect(outcome).toEqual({ steps: 1, frame: null, rows: [], skipped: [], errors: [], error: null, lines: [] });
});

test("secrets are masked in a batch's output and errors", async () => {
  const body = 'print(get("TOKEN"))\nraise ValueError("refused " + get("TOKEN"))';
  const pipeline = step(body, 'from shared.plugins.secrets import get');
  const { errors, lines } = await run(pipeline, [{ data: 'a' }], { secrets: { TOKEN: 'k-7-of-the-tests' } });
  expect(errors).toEqual([{ index: 0, message: 'step 1: ValueError at pipeline.py:5: refused ***' }]);
  expect([lines.includes('stdout: ***'), JSON.stringify(lines).includes('k-7')]).toEqual([true, false]);
});

describe('a plugin that', () => {
  test('a batch plugin that raises while it builds its steps fails the run, with the line', async () => {
    const outcome = await run('def build_steps(request):\n    return 1 / 0\n');
    expect(outcome).toMatchObject(failure('PipelineFailed', 'ZeroDivisionError at pipeline.py:2: division by zero'));
  });

  test('a step that asks for a GPU fails on a builder, which has none', async () => {
    const steps = 'build_pipeline_steps(PipelineDefinition("p", "1", [StepDefinition(str, ResourceType.GPU)]))';
    const outcome = await run(
      `from engine.plugins.extractors.pipeline import *\n\ndef build_steps(request):\n    return {"steps": ${steps}}\n`,
    );
    expect(outcome.error?.message).toContain('step 1 asks for ResourceType.GPU, and this process has no GPU.');
  });

  test('a batch plugin that hangs is ended at the call time limit', { tags: 'long' }, async () => {
    const outcome = await run(step('print("begins", flush=True)\nwhile True: pass'), [{}], {
      permissions: { timeout_s: 1 },
    });
    const message = `The run did not end within its time limit. Send fewer rows, or do less for each. ${raisedBy.time}`;
    expect(outcome).toMatchObject(failure('CallTimeout', message));
    expect(outcome.lines.slice(0, 2)).toEqual(['stdout: begins', 'host: A call did not end within 1 s.']);
    expect(builder.workers().filter(isAlive)).toEqual([]);
  });

  test('a batch plugin that ends its process fails the run, and its output is kept', async () => {
    const outcome = await run(step('print("last", flush=True)\nos._exit(0)', 'import os'));
    const message = "The plugin's process exited during the run: exit code 0.";
    expect(outcome).toMatchObject(failure('InstanceCrashed', message));
    expect(outcome.lines[0]).toBe('stdout: last');
  });

  test('a batch plugin that leaks memory is ended at its memory limit', { tags: 'long' }, async () => {
    const outcome = await run(step('kept = [bytearray(16 << 20) for _ in range(64)]\ntime.sleep(60)', 'import time'));
    expect(outcome.errors.length + (outcome.error === null ? 0 : 1)).toBe(1);
    const lines = [...outcome.lines, ...outcome.errors.map(({ message }) => message)].join('\n');
    expect(lines).toMatch(/used more than its 256 MiB of memory|MemoryError/);
  });

  test('a batch plugin that prints endlessly keeps only its newest lines', { tags: 'long' }, async () => {
    const { lines, rows } = await run(step('for n in range(20_000): print("line", n)'));
    expect([rows, lines.length, lines.at(-1)]).toEqual([[{ data: 'a' }], 1000, 'stdout: line 19999']);
  });

  test.each([
    ['rows that are missing', '[]'],
    ['a row that is no object', '[1]'],
    ['a row that has failed, and no error', '[None]'],
    ['an error of no row', '[{}], **{"errors": [{"index": 7, "message": "x"}]}'],
  ])('a batch plugin that answers with %s fails the run with an invalid answer', async (_, rows) => {
    const forged = `{"error": None, "steps": 1, "frame": "table", "errors": [], "rows": ${rows}}`;
    const outcome = await run(forging(forged));
    const message = "The plugin's process returned something other than a batch result.";
    expect(outcome).toMatchObject(failure('InvalidAnswer', message));
  });

  test('a batch plugin that returns more than the call limit fails the run', { tags: 'long' }, async () => {
    const outcome = await run(step('batch["big"] = ["x" * (9 << 20)]'));
    expect(outcome.error?.message).toMatch(
      /^InvalidResult: the result is \d+ bytes; the limit is 8388608\. This limit/,
    );
  });
});

/** Returns a pipeline.py that replaces the code that runs the rows when it is imported. */
function forging(forged: string): string {
  return `import sys


def replace(frame):
    while frame:
        found = frame.f_globals.get("Batch")
        if found: found.__call__ = lambda *_: ${forged}
        frame = frame.f_back


replace(sys._getframe())


def build_steps(request):
    return {"steps": []}
`;
}

describe('a call', () => {
  let id: string;
  beforeAll(async () => {
    id = await started(step('pass'));
  });
  afterAll(() => builder.send('DELETE', `/instances/${id}`));

  test.each([
    ['no list of rows', 7],
    ['a row that is no object', [1]],
    ['too many rows', Array.from({ length: batchLimits.rowsMax + 1 }, () => ({}))],
  ])('a call with %s is refused', async (_, rows) => {
    expect(refusal(await send(id, rows))).toBe('422 invalid-request');
  });
});

test('an instance that serves calls refuses batches, and keeps running', async () => {
  const id = await builder.run({
    'realtime.py': 'class RealtimeHandler:\n    def predict(self, request):\n        return {}\n',
  });
  expect(refusal(await send(id, []))).toBe('422 invalid-request');
  expect((await builder.status(id)).state).toBe('ready');
});

test('an organization has at most two runs at a time, and other organizations are not affected', {
  tags: ['long', 'namespaces'],
}, async () => {
  const organization = 'org_many';
  const ids = [await started(step('pass'), { organization }), await started(step('pass'), { organization })];
  const spec: PythonSpec = {
    ...(await builder.putPlugin({ 'pipeline.py': step('pass') })),
    entry: 'pipeline',
    organization,
  };
  const third = await builder.send('PUT', '/instances/dep_third', JSON.stringify(spec));
  expect(refusal(third)).toBe('503 instance-busy');
  expect((await run(step('pass'), [{ data: 'a' }], { organization: 'org_other' })).rows).toEqual([{ data: 'a' }]);
  await Promise.all(ids.map((id) => builder.send('DELETE', `/instances/${id}`)));
  expect(await started(step('pass'), { organization })).toMatch(/^dep_run-/);
});
