// Tests runs of rows at their limits: time, the size of an answer, and processes that end each time.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestBuilder } from '../support.ts';
import { at, numbers, started, step, work } from './rows.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

test("a row that ends in an error that CUDA can't recover from fails after three processes, and no other row does", async () => {
  const lost = at(3, 'raise RuntimeError("CUDA error: an illegal memory access was encountered")');
  const id = await started(builder, step(lost));
  const { done, errors } = await work(builder, id, numbers(8));
  const reason = "CUDA can't recover from an error: CUDA error: an illegal memory access was encountered";
  expect(errors).toEqual([{ row: 3, error: `the plugin's process exited during the row: ${reason}`, input: { n: 3 } }]);
  expect(done).toMatchObject({ rows: 8, failed: 1 });
  expect(await builder.status(id)).toMatchObject({ restarts: 3, last_crash: { reason } });
});

test('rows in a batch that exceeds the time limit are sent in smaller batches', async () => {
  const slow = 'import time\ntime.sleep(0.25 * len(batch))';
  const id = await started(builder, step(slow), { permissions: { timeout_s: 4 } });
  const { done, errors } = await work(builder, id, numbers(24));
  expect([done, errors]).toMatchObject([{ rows: 24, failed: 0 }, []]);
});

const building = (text: string) =>
  `import os\nimport time\n\n\ndef build_steps(request):\n    ${text}\n    return {"steps": [lambda batch: batch]}\n`;

test('steps that take most of the time limit to build leave the rows their full time', async () => {
  const id = await started(builder, building('time.sleep(2.5)'), { permissions: { timeout_s: 8 } });
  expect((await work(builder, id, numbers(40))).done).toMatchObject({ rows: 40, failed: 0 });
  expect(await builder.status(id)).toMatchObject({ restarts: 0 });
});

test('steps whose build ends the process each time fail the whole chunk', async () => {
  const id = await started(builder, building('os._exit(3)'));
  const { done, failed } = await work(builder, id, numbers(4));
  expect(done).toBeUndefined();
  const message = expect.stringMatching(/^the plugin's process exited during the build of the steps: exit code \d+$/);
  expect(failed).toEqual({ type: 'PipelineFailed', message });
});

test('rows whose results exceed one answer are answered in parts, and a row whose result fits into none is an error', async () => {
  const id = await started(builder, step('batch["text"] = ["x" * (n << 20) for n in batch["n"]]'));
  const { done, errors, output } = await work(builder, id, '{"n":3}\n{"n":4}\n{"n":9}\n{"n":5}\n', { batch_size: 4 });
  expect(output.map((line) => line.length >> 20)).toEqual([3, 4, 5]);
  const error = "the row's result has 9437201 bytes; the limit is 7340032";
  expect(errors).toEqual([{ row: 2, error, input: { n: 9 } }]);
  expect(done).toMatchObject({ rows: 4, failed: 1 });
});

test("CSV rows get the file's column names, and rows with a different number of values are errors", async () => {
  const id = await started(builder, step('pass'));
  const chunk = 'a,"b,c"\n"two\r\nlines","say ""hi"""\r\nmore,than,two\n"x"y,\n';
  const { errors, output } = await work(builder, id, chunk, { format: 'csv', columns: ['one', 'two'] });
  expect(output.map((line) => JSON.parse(line))).toEqual([
    { one: 'a', two: 'b,c' },
    { one: 'two\r\nlines', two: 'say "hi"' },
    { one: 'xy', two: '' },
  ]);
  expect(errors).toEqual([{ row: 2, error: 'the row has 3 values, and the header has 2', input: 'more,than,two' }]);
});

test('a row that hangs restarts its process twice: in its batch, and alone', async () => {
  const id = await started(builder, step(at(3, 'time.sleep(60)'), 'import time'), { permissions: { timeout_s: 3 } });
  const { done } = await work(builder, id, numbers(8));
  expect(done).toMatchObject({ rows: 8, failed: 1 });
  expect(await builder.status(id)).toMatchObject({ restarts: 2 });
});
