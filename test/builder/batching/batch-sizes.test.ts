// Tests the smallest and the largest batches: in calls, and in bytes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { handler, TestBuilder } from '../support.ts';
import { run, sendInOrder } from './support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

const sizes = handler(
  [
    'def run_many(self, inputs, parameters):',
    '    time.sleep(inputs[0].get("seconds", 0))',
    '    return [{"back": one, "size": len(inputs)} for one in inputs]',
  ].join('\n'),
  'import time',
);

test.each([
  [1, 20],
  [512, builderLimits.callsInFlight],
])('a batch has up to max_size calls: %d of %d that wait', async (max_size, waiting) => {
  const id = await run(builder, sizes, { max_size, max_wait_ms: 1000 });
  const numbers = Array.from({ length: waiting }, (_, n) => n);
  const answers = await Promise.all(numbers.map((n) => builder.call(id, { n })));
  for (const n of numbers)
    expect(answers[n]).toMatchObject({ status: 'success', result: { back: { n }, size: max_size } });
});

test('inputs of 8 MiB arrive exactly in a batch, and return exactly', async () => {
  const id = await run(builder, sizes, { max_bytes: 3 * builderLimits.callBytes });
  const [first] = await sendInOrder(builder, id, [{ seconds: 1 }]);
  const texts = ['a', '7', '/ '].map((one) => one.repeat(builderLimits.callBytes / one.length - 100));
  const answers = texts.map((text) => builder.call(id, { text }));
  await first;
  for (const [at, answer] of (await Promise.all(answers)).entries())
    expect(answer).toMatchObject({ status: 'success', result: { back: { text: texts[at] }, size: 3 } });
});
