// Tests calls during the builder's shutdown. Every image rollout and every container move sends SIGTERM.
import { expect, test } from 'vitest';
import { stoppingHeader } from '../../src/contract/builder/instances.ts';
import { eventually, handler, refusal, TestBuilder } from './support.ts';

/** `wait` returns after `open`; `work` takes as long as a busy machine needs for the requests sent meanwhile. */
const gated = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    if "wait" in inputs:',
    '        await GATE.wait()',
    '    if "open" in inputs:',
    '        GATE.set()',
    '    if "work" in inputs:',
    '        await asyncio.sleep(6)',
    '    return inputs',
  ].join('\n'),
  'import asyncio\nGATE = asyncio.Event()',
);

function exitOf({ process }: TestBuilder): Promise<unknown> {
  return new Promise((resolve) => process.once('exit', (code) => resolve(code)));
}

/** Sends SIGTERM, and waits until the builder has noticed it, so that the test's next request arrives after the signal. */
async function terminate(builder: TestBuilder): Promise<void> {
  builder.process.kill('SIGTERM');
  await eventually(async () => (await builder.send('GET', '/health')).body).toMatchObject({ status: 'stopping' });
}

test('calls in progress finish after SIGTERM, and new calls are answered until they have', async () => {
  const builder = await TestBuilder.start();
  const id = await builder.run(gated);
  const exited = exitOf(builder);
  const waiting = builder.result(id, { wait: true });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  await terminate(builder);
  expect(await builder.result(id, { text: 'during the drain' })).toEqual({ text: 'during the drain' });
  expect(await builder.result(id, { open: true })).toEqual({ open: true });
  expect(await waiting).toEqual({ wait: true });
  expect(await exited).toBe(0);
});

test('calls after the shutdown get instance-gone and starts get builder-stopping, while the last calls finish', async () => {
  const builder = await TestBuilder.start();
  const id = await builder.run(gated);
  const spec = await builder.putPlugin(gated);
  const exited = exitOf(builder);
  const waiting = builder.result(id, { wait: true });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  await terminate(builder);
  const working = builder.result(id, { work: true });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(2);
  await builder.invoke(id, { open: true });
  await eventually(async () => (await builder.invoke(id)).status).toBe(404);
  const call = await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body: '{}' });
  expect([refusal({ status: call.status, body: await call.json() }), call.headers.get(stoppingHeader)]).toEqual([
    '404 instance-gone',
    '1',
  ]);
  const start = await builder.fetch('/instances/dep_next', { method: 'PUT', body: JSON.stringify(spec) });
  expect([refusal({ status: start.status, body: await start.json() }), start.headers.get('retry-after')]).toEqual([
    '503 builder-stopping',
    '1',
  ]);
  expect([await waiting, await working, await exited]).toEqual([{ wait: true }, { work: true }, 0]);
});

test('a call that outlasts the drain gets instance-gone, because its plugin is not at fault', {
  tags: 'long',
}, async () => {
  const builder = await TestBuilder.start({ limits: { callMs: 100_000, drainMs: 200, drainMaxMs: 200 } });
  const id = await builder.run(gated);
  const waiting = builder.invoke(id, { wait: true });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  builder.process.kill('SIGTERM');
  expect(refusal(await waiting)).toBe('404 instance-gone');
});

test('a builder does not wait for long calls after SIGINT', { tags: 'long' }, async () => {
  const builder = await TestBuilder.start();
  const id = await builder.run(gated);
  const exited = exitOf(builder);
  const waiting = builder.invoke(id, { wait: true });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  builder.process.kill('SIGINT');
  expect([refusal(await waiting), await exited]).toEqual(['404 instance-gone', 0]);
});
