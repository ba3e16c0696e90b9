// Tests POST /instances/{id}/rows: chunks of a run sent through a plugin's steps, and what rows can do to the run's process.
import { getPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backgroundNiceness } from '../../../builder/server/programs/priority.ts';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import {
  type RowsCall,
  rowErrorSchema,
  rowsCallLine,
  rowsDoneSchema,
  rowsFailureSchema,
  rowsFrame,
  rowsHeaderLength,
} from '../../../src/contract/builder/run-rows.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import { refusal, TestBuilder } from '../support.ts';

const limits = { memoryBytes: 192 * 2 ** 20 };
let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits });
});
afterAll(() => builder.close());

let runs = 0;

async function started(pipeline: string, more: Partial<PythonSpec> = {}): Promise<string> {
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

function body(chunk: string | Uint8Array, more: Partial<RowsCall> = {}): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([Buffer.from(rowsCallLine({ ...call, ...more })), Buffer.from(chunk)]));
}

/** Sends a chunk of rows and returns the response's frames, merged by kind. */
async function work(id: string, chunk: string | Uint8Array, more: Partial<RowsCall> = {}) {
  return framesOf(await builder.fetch(`/instances/${id}/rows`, { method: 'POST', body: body(chunk, more) }));
}

async function framesOf(response: Response) {
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
function step(text: string, before = ''): string {
  const lines = text.replaceAll(/^/gm, '    ');
  return `import os\n${before}\n\ndef step(batch):\n${lines}\n    return batch\n\n\ndef build_steps(request):\n    return {"steps": [step]}\n`;
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join('');
const doubled = 'batch["twice"] = [2 * n for n in batch["n"]]';

test('rows are answered in order, with a summary of the work done', async () => {
  const id = await started(step(doubled));
  const { done, errors, output } = await work(id, numbers(3000));
  expect(output).toEqual(Array.from({ length: 3000 }, (_, n) => `{"n":${n},"twice":${2 * n}}`));
  expect(errors).toEqual([]);
  expect(done).toMatchObject({ rows: 3000, failed: 0, skipped: 0, bytes: numbers(3000).length });
});

test('failed rows are reported as errors with their number, reason and input', async () => {
  const id = await started(step('batch["inverse"] = [1 / n for n in batch["n"]]'));
  const { done, errors, output } = await work(id, '{"n":1}\n\n{"n":0}\r\nnonsense\n{"n":2}', { first: 10 });
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

test("CSV rows get the file's column names, and rows with a different number of values are errors", async () => {
  const id = await started(step('pass'));
  const chunk = 'a,"b,c"\n"two\r\nlines","say ""hi"""\r\nmore,than,two\n"x"y,\n';
  const { errors, output } = await work(id, chunk, { format: 'csv', columns: ['one', 'two'] });
  expect(output.map((line) => JSON.parse(line))).toEqual([
    { one: 'a', two: 'b,c' },
    { one: 'two\r\nlines', two: 'say "hi"' },
    { one: 'xy', two: '' },
  ]);
  expect(errors).toEqual([{ row: 2, error: 'the row has 3 values, and the header has 2', input: 'more,than,two' }]);
});

describe('a faulty row', () => {
  const at = (n: number, text: string) => `${doubled}\nif ${n} in list(batch["n"]):\n    ${text}`;
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
    const id = await started(step(at(13, text)), more);
    const { done, errors, output } = await work(id, numbers(40));
    expect(errors).toEqual([
      { row: 13, error: typeof reason === 'string' ? reason : expect.stringMatching(reason), input: { n: 13 } },
    ]);
    const others = Array.from({ length: 40 }, (_, n) => n).filter((n) => n !== 13);
    expect(output).toEqual(others.map((n) => `{"n":${n},"twice":${2 * n}}`));
    expect(done).toMatchObject({ rows: 40, failed: 1 });
  });

  test('a row that ends its process does so at most three times: in its batches, and alone', async () => {
    const id = await started(step(at(20, 'os._exit(3)')));
    const { done } = await work(id, numbers(40));
    expect(done).toMatchObject({ rows: 40, failed: 1 });
    expect((await builder.status(id)).restarts).toBeLessThanOrEqual(3);
  });

  test("a row that ends in an error that CUDA can't recover from fails after three processes, and no other row does", async () => {
    const lost = at(3, 'raise RuntimeError("CUDA error: an illegal memory access was encountered")');
    const id = await started(step(lost));
    const { done, errors } = await work(id, numbers(8));
    const reason = "CUDA can't recover from an error: CUDA error: an illegal memory access was encountered";
    expect(errors).toEqual([
      { row: 3, error: `the plugin's process exited during the row: ${reason}`, input: { n: 3 } },
    ]);
    expect(done).toMatchObject({ rows: 8, failed: 1 });
    expect(await builder.status(id)).toMatchObject({ restarts: 3, last_crash: { reason } });
  });

  test('a row that hangs restarts its process twice: in its batch, and alone', async () => {
    const id = await started(step(at(3, 'while True: pass')), { permissions: { timeout_s: 4 } });
    const { done } = await work(id, numbers(8));
    expect(done).toMatchObject({ rows: 8, failed: 1 });
    expect(await builder.status(id)).toMatchObject({ restarts: 2 });
  });
});

test('rows in a batch that exceeds the time limit are sent in smaller batches', async () => {
  const slow = 'import time\ntime.sleep(0.25 * len(batch))';
  const id = await started(step(slow), { permissions: { timeout_s: 4 } });
  const { done, errors } = await work(id, numbers(24));
  expect([done, errors]).toMatchObject([{ rows: 24, failed: 0 }, []]);
});

describe('building the steps', () => {
  const building = (text: string) =>
    `import os\nimport time\n\n\ndef build_steps(request):\n    ${text}\n    return {"steps": [lambda batch: batch]}\n`;

  test('steps that take most of the time limit to build leave the rows their full time', async () => {
    const id = await started(building('time.sleep(2.5)'), { permissions: { timeout_s: 8 } });
    expect((await work(id, numbers(40))).done).toMatchObject({ rows: 40, failed: 0 });
    expect(await builder.status(id)).toMatchObject({ restarts: 0 });
  });

  test('steps whose build ends the process each time fail the whole chunk', async () => {
    const id = await started(building('os._exit(3)'));
    const { done, failed } = await work(id, numbers(4));
    expect(done).toBeUndefined();
    const message = expect.stringMatching(/^the plugin's process exited during the build of the steps: exit code \d+$/);
    expect(failed).toEqual({ type: 'PipelineFailed', message });
  });
});

test('rows whose results exceed one answer are answered in parts, and a row whose result fits into none is an error', async () => {
  const id = await started(step('batch["text"] = ["x" * (n << 20) for n in batch["n"]]'));
  const { done, errors, output } = await work(id, '{"n":3}\n{"n":4}\n{"n":9}\n{"n":5}\n', { batch_size: 4 });
  expect(output.map((line) => line.length >> 20)).toEqual([3, 4, 5]);
  const error = "the row's result has 9437201 bytes; the limit is 7340032";
  expect(errors).toEqual([{ row: 2, error, input: { n: 9 } }]);
  expect(done).toMatchObject({ rows: 4, failed: 1 });
});

test('the rows of a process killed from outside are run again, and none fails', { tags: 'long' }, async () => {
  const id = await started(step(`import time\ntime.sleep(0.2)\n${doubled}`));
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
  const id = await started(step(`import time\ntime.sleep(0.05)\n${doubled}`));
  const first = await work(id, numbers(64), { work_ms: 1 });
  expect(first.done).toMatchObject({ rows: 8, failed: 0, skipped: 0, bytes: 64 });
  const second = await work(id, numbers(64).slice(64), { first: 8 });
  expect([...first.output, ...second.output]).toEqual(
    Array.from({ length: 64 }, (_, n) => `{"n":${n},"twice":${2 * n}}`),
  );
});

test("steps that can't be built fail the whole chunk", async () => {
  const id = await started('def build_steps(request):\n    raise ValueError("no")\n');
  const { done, failed } = await work(id, numbers(4));
  expect(done).toBeUndefined();
  expect(failed).toEqual({ type: 'PipelineFailed', message: 'ValueError at pipeline.py:2: no' });
});

test('a newer request replaces the one in progress', { tags: 'long' }, async () => {
  const id = await started(step(`import time\ntime.sleep(0.2)\n${doubled}`));
  const first = await builder.fetch(`/instances/${id}/rows`, { method: 'POST', body: body(numbers(400)) });
  const { done } = await work(id, numbers(8));
  expect(done).toMatchObject({ rows: 8 });
  expect(await first.text()).toContain('call-cancelled');
});

test('rows are refused by an instance that serves calls, and batches by an instance that runs rows', async () => {
  const id = await started(step('pass'), { entry: 'pipeline' });
  expect(refusal(await builder.send('POST', `/instances/${id}/rows`, body('{}')))).toBe('422 invalid-request');
  const other = await started(step('pass'));
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
  const { output } = await work(await started(priority), '{"n":1}');
  expect(output).toEqual([`{"n":1,"nice":${Math.max(backgroundNiceness, getPriority())}}`]);
});
