// Tests POST /instances/{id}/rows: chunks of a run sent through a plugin's steps, and what rows can do to the run's process. Takes 5 s:
// each test starts a process, and some processes end and start again.
import { getPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backgroundNiceness } from '../../../builder/server/programs/priority.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { refusal, TestBuilder } from '../support.ts';
import { at, body, doubled, framesOf, numbers, started, step, work } from './rows.ts';

const limits = { memoryBytes: 192 * 2 ** 20 };
let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits });
});
afterAll(() => builder.close());

test('rows are answered in order, with a summary of the work done', async () => {
  const id = await started(builder, step(doubled));
  const { done, errors, output } = await work(builder, id, numbers(3000));
  expect(output).toEqual(Array.from({ length: 3000 }, (_, n) => `{"n":${n},"twice":${2 * n}}`));
  expect(errors).toEqual([]);
  expect(done).toMatchObject({ rows: 3000, failed: 0, skipped: 0, bytes: numbers(3000).length });
});

test('failed rows are reported as errors with their number, reason and input', async () => {
  const id = await started(builder, step('batch["inverse"] = [1 / n for n in batch["n"]]'));
  const { done, errors, output } = await work(builder, id, '{"n":1}\n\n{"n":0}\r\nnonsense\n{"n":2}', { first: 10 });
  expect(output).toEqual(['{"n":1,"inverse":1.0}', '{"n":2,"inverse":0.5}']);
  expect(errors).toEqual([
    { row: 11, error: 'step 1: ZeroDivisionError at pipeline.py:5: division by zero', input: { n: 0 } },
    {
      row: 12,
      error: 'the row is not valid JSON: Expecting value: line 1 column 1 (char 0)',
      input: 'nonsense',
    },
  ]);
  expect(done).toMatchObject({ rows: 4, failed: 2, skipped: 0, bytes: 34 });
});

describe('a faulty row', () => {
  const memory = 'held = []\n    while True:\n        held.append(bytearray(1 << 20))';
  const late = `the row did not end within its time limit. ${raisedBy.time}`;
  test.each([
    ['hangs', 'while True: pass', { permissions: { timeout_s: 1 } }, late],
    ['prints without end', 'while True: print("x" * 8000)', { permissions: { timeout_s: 1 } }, late],
    ['ends its process', 'os._exit(3)', {}, /^the plugin's process exited during the row: exit code \d+$/],
    ['takes all memory', memory, {}, /memory/i],
    [
      'answers nonsense',
      'os.write(3, b"\\0" * 64)',
      {},
      "the plugin's process returned something other than a batch result",
    ],
    ['returns no batch', 'return 1', {}, 'step 1 (step) must return the batch, not int'],
  ])('a row that %s is the only row that fails', { tags: 'long' }, async (_, text, more, reason) => {
    const id = await started(builder, step(at(13, text)), more);
    const { done, errors, output } = await work(builder, id, numbers(40));
    expect(errors).toEqual([
      { row: 13, error: typeof reason === 'string' ? reason : expect.stringMatching(reason), input: { n: 13 } },
    ]);
    const others = Array.from({ length: 40 }, (_, n) => n).filter((n) => n !== 13);
    expect(output).toEqual(others.map((n) => `{"n":${n},"twice":${2 * n}}`));
    expect(done).toMatchObject({ rows: 40, failed: 1 });
  });

  test('a row that ends its process does so at most three times: in its batches, and alone', async () => {
    const id = await started(builder, step(at(20, 'os._exit(3)')));
    const { done } = await work(builder, id, numbers(40));
    expect(done).toMatchObject({ rows: 40, failed: 1 });
    expect((await builder.status(id)).restarts).toBeLessThanOrEqual(3);
  });
});

test('the rows of a process killed from outside are run again, and none fails', { tags: 'long' }, async () => {
  const id = await started(builder, step(`import time\ntime.sleep(0.2)\n${doubled}`));
  const response = await builder.fetch(`/instances/${id}/rows`, { method: 'POST', body: body(numbers(40)) });
  for (const pid of builder.workers()) process.kill(pid, 'SIGKILL');
  const { done, output } = await framesOf(response);
  expect(done).toMatchObject({ rows: 40, failed: 0 });
  expect(output).toHaveLength(40);
  expect(await builder.status(id)).toMatchObject({ restarts: 1 });
});

test('work stops after the current batch when its time is over, and the next request continues with the remaining rows', {
  tags: 'long',
}, async () => {
  const id = await started(builder, step(`import time\ntime.sleep(0.05)\n${doubled}`));
  const first = await work(builder, id, numbers(64), { work_ms: 1 });
  expect(first.done).toMatchObject({ rows: 8, failed: 0, skipped: 0, bytes: 64 });
  const second = await work(builder, id, numbers(64).slice(64), { first: 8 });
  expect([...first.output, ...second.output]).toEqual(
    Array.from({ length: 64 }, (_, n) => `{"n":${n},"twice":${2 * n}}`),
  );
});

test("steps that can't be built fail the whole chunk", async () => {
  const id = await started(builder, 'def build_steps(request):\n    raise ValueError("no")\n');
  const { done, failed } = await work(builder, id, numbers(4));
  expect(done).toBeUndefined();
  expect(failed).toEqual({ type: 'PipelineFailed', message: 'ValueError at pipeline.py:2: no' });
});

test('a newer request replaces the one in progress', async () => {
  const id = await started(builder, step(`import time\ntime.sleep(0.2)\n${doubled}`));
  const first = await builder.fetch(`/instances/${id}/rows`, { method: 'POST', body: body(numbers(400)) });
  const { done } = await work(builder, id, numbers(8));
  expect(done).toMatchObject({ rows: 8 });
  expect(await first.text()).toContain('call-cancelled');
});

test('rows are refused by an instance that serves calls, and batches by an instance that runs rows', async () => {
  const id = await started(builder, step('pass'), { entry: 'pipeline' });
  expect(refusal(await builder.send('POST', `/instances/${id}/rows`, body('{}')))).toBe('422 invalid-request');
  const other = await started(builder, step('pass'));
  const batch = JSON.stringify({ rows: null, parameters: {}, batch_size: 1 });
  expect(refusal(await builder.send('POST', `/instances/${other}/batch`, batch))).toBe('422 invalid-request');
});

test("a run's process yields to calls", async () => {
  const priority = `import os


def priority(batch):
    batch["nice"] = [os.getpriority(os.PRIO_PROCESS, 0)] * len(batch)
    return batch


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": [priority]}
`;
  const { output } = await work(builder, await started(builder, priority), '{"n":1}');
  expect(output).toEqual([`{"n":1,"nice":${Math.max(backgroundNiceness, getPriority())}}`]);
});
