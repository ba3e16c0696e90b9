// Tests calls during the builder's shutdown. Every image rollout and every container move sends SIGTERM.
import { expect, test } from 'vitest';
import { exitOf, gated, terminate } from './shutdown-support.ts';
import { eventually, refusal, TestBuilder } from './support.ts';

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
