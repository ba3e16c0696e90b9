// Tests that a builder reports how long its instances were awake: once it is due, at their end, and until it was counted.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awakeReportSchema } from '../../../src/contract/builder/machine/reports.ts';
import { handler, TestBuilder } from '../support.ts';

const plugin = handler('async def run_inference(self, inputs, parameters):\n    return {}');
const minutes = 60_000;

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

async function report(
  id: string,
  { counted = [], after_ms = 5 * minutes }: { counted?: object[]; after_ms?: number } = {},
) {
  const { body } = await builder.send('POST', '/awake', JSON.stringify({ counted, after_ms }));
  return awakeReportSchema.parse(body).instances.filter((one) => one.id === id);
}

test('an instance is reported once enough of its time is uncounted', async () => {
  const id = await builder.run(plugin);
  expect(await report(id)).toEqual([]);
  const [first] = await report(id, { after_ms: 0 });
  expect(first).toMatchObject({ id, started_at: expect.any(Number), ended_ms_ago: null });
  expect(await report(id, { counted: [Object(first)] })).toEqual([]);
  await builder.call(id, {});
  const [second] = await report(id, { after_ms: 0 });
  expect(second?.started_at).toBe(first?.started_at);
  expect(second?.awake_ms).toBeGreaterThan(first?.awake_ms ?? 0);
});

test('an ended instance is reported until it was counted, and its next stay is another one', async () => {
  const id = await builder.run(plugin);
  await builder.send('DELETE', `/instances/${id}`);
  const [ended] = await report(id);
  expect(ended).toMatchObject({ id, ended_ms_ago: expect.any(Number) });
  const [again] = await report(id);
  expect(again).toMatchObject({ started_at: ended?.started_at, awake_ms: ended?.awake_ms });
  expect(await report(id, { counted: [Object(ended)] })).toEqual([]);
  expect(await report(id, { counted: [Object(ended)] })).toEqual([]);
});

test('an instance that does not start is reported with the time of its attempt', async () => {
  const id = await builder.run(handler('syntax error')).catch(() => undefined);
  expect(id).toBeUndefined();
  const { body } = await builder.send('POST', '/awake', JSON.stringify({ counted: [], after_ms: 5 * minutes }));
  expect(awakeReportSchema.parse(body).instances).toContainEqual(
    expect.objectContaining({ ended_ms_ago: expect.any(Number) }),
  );
});

test.each([{}, { counted: [] }, { counted: [{ id: 'a' }], after_ms: 0 }, { counted: [], after_ms: -1 }])(
  'the request %j is refused',
  async (body) => {
    expect((await builder.send('POST', '/awake', JSON.stringify(body))).status).toBe(422);
  },
);
