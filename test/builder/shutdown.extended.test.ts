// Tests what a builder answers during its shutdown, while its last calls finish.
import { expect, test } from 'vitest';
import { stoppingHeader } from '../../src/contract/builder/instances.ts';
import { exitOf, gated, terminate } from './shutdown-support.ts';
import { eventually, refusal, TestBuilder } from './support.ts';

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
