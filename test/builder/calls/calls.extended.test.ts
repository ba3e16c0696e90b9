// Tests more calls at a time than an instance may have.
import { expect, test } from 'vitest';
import { eventually, refusal, TestBuilder } from '../support.ts';
import { asyncGate } from './gates.ts';

test('concurrent calls above a limit are refused, while earlier ones continue', async () => {
  const small = await TestBuilder.start({ limits: { callsInFlight: 2, callBytesInFlight: 2000 } });
  const id = await small.run(asyncGate);
  const first = small.invoke(id, { wait: true });
  await eventually(async () => (await small.status(id)).calls_in_flight).toBe(1);
  expect(refusal(await small.invoke(id, { text: 'x'.repeat(2000) }))).toBe('503 instance-busy');
  const second = small.invoke(id, { wait: true });
  await eventually(async () => (await small.status(id)).calls_in_flight).toBe(2);
  const third = await small.fetch(`/instances/${id}/invoke`, { method: 'POST', body: '{}' });
  expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
  await small.kill('SIGINT');
  await Promise.allSettled([first, second]);
  await small.close();
});
