// Tests the smallest and the largest batches: in calls, and in bytes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { eventually, handler, TestBuilder } from '../support.ts';
import { run, whileBusy } from './support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

const sizes = handler(
  ['def run_many(self, inputs, parameters):', '    return [{"back": one, "size": len(inputs)} for one in inputs]'].join(
    '\n',
  ),
);

/** One call keeps the process busy. */
const mostWaiting = builderLimits.callsInFlight - 1;

test.each([
  [1, 20],
  [mostWaiting, mostWaiting],
])('a batch has up to max_size calls: %d of %d that wait', async (max_size, waiting) => {
  const id = await run(builder, sizes, { max_size });
  const numbers = Array.from({ length: waiting }, (_, n) => n);
  const answers = await whileBusy(builder, id, async () => {
    const sent = numbers.map((n) => builder.call(id, { n }));
    await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(waiting + 1);
    return sent;
  });
  for (const n of numbers)
    expect(await answers[n]).toMatchObject({ status: 'success', result: { back: { n }, size: max_size } });
});

test('inputs of 8 MiB arrive exactly in a batch, and return exactly', async () => {
  const id = await run(builder, sizes, { max_bytes: 3 * builderLimits.callBytes });
  const texts = ['a', '7', '/ '].map((one) => one.repeat(builderLimits.callBytes / one.length - 100));
  const answers = await whileBusy(builder, id, async () => {
    // As from the Worker, parameters come first: the queue looks for them, and needn't read the inputs.
    const bodies = texts.map((text) => JSON.stringify({ parameters: {}, inputs: { text } }));
    const sent = bodies.map((body) => builder.send('POST', `/instances/${id}/invoke`, body));
    await eventually(async () => (await builder.status(id)).calls).toBe(texts.length + 1);
    return sent;
  });
  for (const [at, answer] of (await Promise.all(answers)).entries())
    expect(answer.body).toMatchObject({ status: 'success', result: { back: { text: texts[at] }, size: 3 } });
});
