// Tests processes that are replaced: after an error that CUDA can't recover from, and when the plugin asks for it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Serving } from '../../../src/contract/builder/serving.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

/** Fails as torch does: once the process has lost its GPU, every later call fails too. */
const touchy = [
  'def load_model(self):',
  '    self.name = str(uuid.uuid4())',
  '    self.is_lost = False',
  'async def run_inference(self, inputs, parameters):',
  '    await asyncio.sleep(inputs.get("seconds", 0))',
  '    if inputs.get("full"):',
  '        raise RuntimeError("CUDA error: out of memory")',
  '    if inputs.get("quotes"):',
  '        raise ValueError("no such text: CUDA error: device-side assert triggered")',
  '    if inputs.get("ask"):',
  '        context.replace_process("its cache is broken")',
  '    self.is_lost = self.is_lost or inputs.get("bad", False)',
  '    if self.is_lost:',
  '        try:',
  '            raise RuntimeError("CUDA error: device-side assert triggered\\nCUDA kernel errors might be reported later.")',
  '        except RuntimeError as error:',
  '            raise KeyError("no result") from error',
  '    return {"process": self.name}',
];
const files = handler(touchy.join('\n'), 'import asyncio\nimport uuid\nfrom slipway import context');

let count = 0;
async function run(serving: Serving = { replicas: 1 }): Promise<string> {
  const id = `dep_r${count++}`;
  const events = await builder.put(id, { ...(await builder.putPlugin(files)), serving });
  expect(events.at(-1)).toMatchObject({ type: 'ready' });
  return id;
}

const advice = "The process is being replaced, because its CUDA context can't recover.";
const reason = "CUDA can't recover from an error: CUDA error: device-side assert triggered";

test("after an error that CUDA can't recover from, its caller gets advice, and the next call a new process", async () => {
  const id = await run();
  const before = await builder.result(id, {});
  const failed = await builder.invoke(id, { bad: true });
  expect(failed.body).toMatchObject({ error: { type: 'KeyError', message: expect.stringContaining(advice) } });
  expect(await builder.result(id, {})).not.toEqual(before);
  expect(await builder.status(id)).toMatchObject({ state: 'ready', restarts: 1, last_crash: { reason } });
  expect(await builder.logs(id)).toContain(`host: The process is being replaced. ${reason}`);
});

test('other processes go on while one is replaced', async () => {
  const id = await run({ replicas: 2, concurrency: 1 });
  const long = builder.result(id, { seconds: 1 });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  await builder.invoke(id, { bad: true });
  const answers = await Promise.all([1, 2, 3, 4].map(() => builder.invoke(id)));
  expect(answers.map(({ body }) => body)).toMatchObject(answers.map(() => ({ status: 'success' })));
  expect(await long).toMatchObject({ process: expect.any(String) });
  await eventually(async () => (await builder.status(id)).restarts).toBe(1);
});

test('a process that is replaced finishes the calls that it has', async () => {
  const id = await run();
  const before = await builder.result(id, {});
  const long = builder.result(id, { seconds: 1 });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  await builder.invoke(id, { ask: true });
  expect(await builder.result(id, {})).not.toEqual(before);
  expect(await long).toEqual(before);
});

test.each([
  ["an allocator's lack of memory", { full: true }],
  ["a caller's text that an exception quotes", { quotes: true }],
])('%s does not replace the process', async (_, inputs) => {
  const id = await run();
  const before = await builder.result(id, {});
  const { body } = await builder.invoke(id, inputs);
  expect(JSON.stringify(body)).not.toContain(advice);
  expect(await builder.result(id, {})).toEqual(before);
});

test('a handler can ask for its own replacement, and its call is answered', async () => {
  const id = await run();
  const before = await builder.result(id, {});
  expect(await builder.result(id, { ask: true })).toEqual(before);
  expect(await builder.result(id, {})).not.toEqual(before);
  const asked = 'The plugin asked for it: its cache is broken';
  expect(await builder.status(id)).toMatchObject({ restarts: 1, last_crash: { reason: asked } });
});

test('processes that ask to be replaced right after their start count as crashed', async () => {
  const id = await run();
  await builder.result(id, { ask: true });
  await builder.result(id, { ask: true });
  await builder.result(id, {});
  expect(await builder.status(id)).toMatchObject({ restarts: 2, early_crashes: 2 });
});
