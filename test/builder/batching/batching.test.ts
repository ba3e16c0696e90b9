// Tests how concurrent calls are gathered into batches, and what each caller gets from its batch.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchHeader } from '../../../src/contract/builder/serving.ts';
import { eventually, handler, TestBuilder } from '../support.ts';
import { echo, outcome, run, sendInOrder, together } from './support.ts';

let builder: TestBuilder;
/** Runs `echo` with the usual batching. */
let echoing: string;
beforeAll(async () => {
  builder = await TestBuilder.start();
  echoing = await run(builder, echo);
});
afterAll(() => builder.close());

function results(outcomes: readonly unknown[]): unknown[] {
  return outcomes.map((one) => (one as { result?: unknown; error?: unknown }).result ?? one);
}

test('a lone call is a batch of one, which starts at once', async () => {
  expect(await builder.result(echoing, { n: 1 })).toEqual({ n: 1, together: [1] });
});

test('calls that arrive while a process is busy run together, and each gets its own answer', async () => {
  const all = [1, 2, 3];
  expect(results(await together(builder, echoing, [{ n: 1 }, { n: 2 }, { n: 3 }]))).toEqual(
    all.map((n) => ({ n, together: all })),
  );
});

test('a batch has no more than max_size calls', async () => {
  const id = await run(builder, echo, { max_size: 2 });
  const answers = results(await together(builder, id, [{ n: 1 }, { n: 2 }, { n: 3 }]));
  expect(answers).toMatchObject([{ together: [1, 2] }, { together: [1, 2] }, { together: [3] }]);
});

test('a batch has no more than max_bytes, and a larger call runs alone', async () => {
  const id = await run(builder, echo, { max_bytes: 280 });
  const large = { n: 'large', text: 'x'.repeat(400) };
  const half = (n: number) => ({ n, text: 'x'.repeat(100) });
  const answers = results(await together(builder, id, [half(1), large, half(2), half(3)]));
  expect(answers).toMatchObject([{ together: [1] }, { together: ['large'] }, { together: [2] }, { together: [3] }]);
});

test.each([
  ['short', ''],
  ['long', 'x'.repeat(200_000)],
])('calls whose %s parameters differ by one character are in different batches', async (_, more) => {
  const [first] = await sendInOrder(builder, echoing, [{ n: 'first', seconds: 0.5 }]);
  const one = await sendInOrder(builder, echoing, [{ n: 1 }], { more, limit: 1 });
  const other = await sendInOrder(builder, echoing, [{ n: 2 }], { more, limit: 10 });
  const again = await sendInOrder(builder, echoing, [{ n: 3 }], { more, limit: 1 });
  await first;
  expect(results(await Promise.all([...one, ...other, ...again]))).toEqual([
    { n: 1, together: [1, 3], more, limit: 1 },
    { n: 2, together: [2], more, limit: 10 },
    { n: 3, together: [1, 3], more, limit: 1 },
  ]);
});

test('an idle process waits up to max_wait_ms for a batch to fill, and not longer once it is full', async () => {
  const id = await run(builder, echo, { max_size: 3, max_wait_ms: 1000 });
  const answers = [outcome(builder, id, { n: 1 }), outcome(builder, id, { n: 2 }), outcome(builder, id, { n: 3 })];
  for (const answer of results(await Promise.all(answers)))
    expect((answer as { together: [] }).together).toHaveLength(3);
  expect(await builder.result(id, { n: 4 })).toEqual({ n: 4, together: [4] });
});

test('an answer says how many calls its batch had, and how long it waited', async () => {
  const call = () =>
    builder.fetch(`/instances/${echoing}/invoke`, { method: 'POST', body: '{"inputs":{},"parameters":{}}' });
  expect((await call()).headers.get(batchHeader)).toMatch(/^1 \d$/);
  const [first] = await sendInOrder(builder, echoing, [{ n: 'first', seconds: 0.5 }]);
  const both = await Promise.all([call(), call()]);
  await first;
  for (const { headers } of both) expect(headers.get(batchHeader)).toMatch(/^2 \d{2,3}$/);
});

test('an input that makes run_many raise fails only its own call', async () => {
  const calls = [1, 2, 3, 4, 5].map((n) => ({ n, raise: n === 3 || n === 5 }));
  const answers = await together(builder, echoing, calls);
  expect(answers).toMatchObject([
    { result: { n: 1 } },
    { result: { n: 2 } },
    { error: { type: 'ValueError', message: '3 is bad', at: expect.stringMatching(/^realtime\.py:\d+$/) } },
    { result: { n: 4 } },
    { error: { type: 'ValueError', message: '5 is bad' } },
  ]);
});

test('with `retry: false`, no call is passed to the handler again, and all of the batch get its exception', async () => {
  const id = await run(builder, echo, { retry: false });
  const answers = await together(builder, id, [{ n: 1 }, { n: 2, raise: true }, { n: 3 }]);
  expect(answers).toMatchObject(answers.map(() => ({ error: { type: 'ValueError', message: '2 is bad' } })));
  expect((await builder.logs(id)).filter((line) => line.includes('batch'))).toEqual([
    "stdout: batch ['first']",
    'stdout: batch [1, 2, 3]',
  ]);
});

/** Returns the value of its first input's expression. */
const returning = handler(
  'def run_many(self, inputs, parameters):\n    return eval(inputs[0].get("returns", "[{}]"))',
  'class Odd(list):\n    def __iter__(self):\n        raise RuntimeError("no length")',
);

describe('run_many', () => {
  let id: string;
  beforeAll(async () => {
    id = await run(builder, returning);
  });

  test.each([
    ['too few results', '[{}]', 'run_many must return a list of length 2, not 1'],
    ['too many results', '[{}] * 3', 'run_many must return a list of length 2, not 3'],
    ['a dict', '{"a": 1, "b": 2}', 'run_many must return a list of length 2, not dict'],
    ['None', 'None', 'run_many must return a list of length 2, not NoneType'],
    ['a list of its own class that raises', 'Odd([{}, {}])', 'no length'],
    ['a generator', '(one for one in inputs)', 'run_many must return a list of length 2, not generator'],
  ])('if run_many returns %s, each call of the batch gets the error', async (_, expression, message) => {
    const answers = await together(builder, id, [{ returns: expression }, { returns: expression }]);
    expect(answers).toMatchObject([{ error: { message } }, { error: { message } }]);
  });

  test.each([
    ['is not JSON', '[{"a": {1, 2}}, {"n": 2}]', /can't be encoded as JSON at 'a'/],
    ['is no dict', '["text", {"n": 2}]', /must return a dict, not str/],
    ['is an exception', '[KeyError("gone"), {"n": 2}]', /^'gone'$/],
    ['is not a number that JSON has', '[{"a": float("nan")}, {"n": 2}]', /can't be encoded as JSON/],
  ])('an element that %s fails only its own call', async (_, expression, message) => {
    const answers = await together(builder, id, [{ returns: expression }, {}]);
    expect(answers).toMatchObject([{ error: { message: expect.stringMatching(message) } }, { result: { n: 2 } }]);
  });
});

test('an input that the handler changed before it raised is passed again as it was sent', async () => {
  const id = await run(
    builder,
    handler(
      [
        'def run_many(self, inputs, parameters):',
        '    time.sleep(inputs[0].get("seconds", 0))',
        '    answers = [{"text": one.pop("text", ""), "limit": parameters.pop("limit", None)} for one in inputs[:1]]',
        '    answers += [{"text": one.pop("text", ""), "limit": answers[0]["limit"]} for one in inputs[1:]]',
        '    if len(inputs) > 1:',
        '        raise ValueError("too many")',
        '    return answers',
      ].join('\n'),
      'import time',
    ),
  );
  const answers = await together(builder, id, [{ text: 'one' }, { text: 'other' }], { limit: 3 });
  expect(results(answers)).toEqual([
    { text: 'one', limit: 3 },
    { text: 'other', limit: 3 },
  ]);
  const said = expect.stringContaining('for 2 calls together, but not for fewer');
  await eventually(() => builder.logs(id)).toContainEqual(said);
});

test('a plain run_many may return a coroutine', async () => {
  const id = await run(
    builder,
    handler(
      [
        'def run_many(self, inputs, parameters):',
        '    return self.answer(inputs)',
        'async def answer(self, inputs):',
        '    await asyncio.sleep(inputs[0].get("seconds", 0))',
        '    if "bad" in inputs[0]:',
        '        raise ValueError(context.request_id)',
        '    return [{"size": len(context.calls)} for one in inputs]',
      ].join('\n'),
      'import asyncio\nfrom slipway import context',
    ),
  );
  expect(await together(builder, id, [{ n: 1 }, { n: 2 }])).toMatchObject([
    { result: { size: 2 } },
    { result: { size: 2 } },
  ]);
  expect(await outcome(builder, id, { bad: true })).toMatchObject({ error: { type: 'ValueError' } });
});

test('a coroutine gets batches, too', async () => {
  const id = await run(
    builder,
    handler(
      [
        'async def run_many(self, inputs, parameters):',
        '    await asyncio.sleep(max(one.get("seconds", 0) for one in inputs))',
        '    if any("bad" in one for one in inputs):',
        '        raise SystemExit(3)',
        '    return [{"size": len(inputs)} for one in inputs]',
      ].join('\n'),
      'import asyncio',
    ),
  );
  const answers = await together(builder, id, [{ n: 1 }, { n: 2 }, { bad: true }]);
  expect(answers).toMatchObject([{ result: { size: 1 } }, { result: { size: 1 } }, { error: { type: 'SystemExit' } }]);
  expect(await together(builder, id, [{ n: 1 }, { n: 2 }])).toMatchObject([
    { result: { size: 2 } },
    { result: { size: 2 } },
  ]);
});
