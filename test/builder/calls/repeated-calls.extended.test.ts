// Tests calls that are resent after a broken connection: a handler runs once per ID.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../../builder/server/core/refusal.ts';
import { RecentCalls } from '../../../builder/server/instances/recent-calls.ts';
import type { BuilderErrorCode } from '../../../src/contract/builder/errors.ts';
import { callHeader } from '../../../src/contract/builder/instances.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

/** Returns how often it ran. Calls with `wait` return once a call with `go` arrives. */
const counting = handler(
  [
    'def __init__(self):',
    '    self.runs = 0',
    '    self.gate = asyncio.Event()',
    'async def run_inference(self, inputs, parameters):',
    '    self.runs += 1',
    '    if "go" in inputs:',
    '        self.gate.set()',
    '    if "wait" in inputs:',
    '        print("waits", flush=True)',
    '        await self.gate.wait()',
    '    return {"runs": self.runs}',
  ].join('\n'),
  'import asyncio',
);

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

function request(call: string, inputs: object, signal?: AbortSignal): RequestInit {
  const body = JSON.stringify({ inputs, parameters: {} });
  return { method: 'POST', body, headers: { [callHeader]: call }, ...(signal ? { signal } : {}) };
}

async function send(id: string, call: string, inputs: object = {}) {
  const response = await builder.fetch(`/instances/${id}/invoke`, request(call, inputs));
  return { status: response.status, body: await response.json() };
}

test('an answered call does not run again', async () => {
  const id = await builder.run(counting);
  expect(await send(id, 'a')).toMatchObject({ status: 200, body: { result: { runs: 1 } } });
  expect(refusal(await send(id, 'a'))).toBe('409 call-repeated');
  expect(await send(id, 'b')).toMatchObject({ status: 200, body: { result: { runs: 2 } } });
});

test('a call whose connection breaks during the run does not run again', async () => {
  const id = await builder.run(counting);
  const connection = new AbortController();
  const broken = builder.fetch(`/instances/${id}/invoke`, request('c', { wait: true }, connection.signal));
  await eventually(() => builder.logs(id)).toContain('stdout: waits');
  connection.abort();
  await expect(broken).rejects.toThrow('aborted');
  expect(refusal(await send(id, 'c', { wait: true }))).toBe('409 call-repeated');
  expect(await send(id, 'd', { go: true })).toMatchObject({ body: { result: { runs: 2 } } });
});

test("a running call does not run again, and its sender isn't told to retry, even if the instance is full", {
  tags: 'long',
}, async () => {
  const small = await TestBuilder.start({ limits: { callsInFlight: 1 } });
  const id = await small.run(counting);
  const connection = new AbortController();
  const first = small.fetch(`/instances/${id}/invoke`, request('e', { wait: true }, connection.signal)).catch(() => {});
  await eventually(() => small.logs(id)).toContain('stdout: waits');
  const again = await small.fetch(`/instances/${id}/invoke`, request('e', { wait: true }));
  expect(refusal({ status: again.status, body: await again.json() })).toBe('409 call-repeated');
  connection.abort();
  await first;
  await small.close();
});

test('a call that found no instance runs once there is one', async () => {
  expect(refusal(await send('dep_later', 'e'))).toBe('404 instance-gone');
  await builder.put('dep_later', await builder.putPlugin(counting));
  expect(await send('dep_later', 'e')).toMatchObject({ status: 200, body: { result: { runs: 1 } } });
});

describe('the call memory', () => {
  const memoryMs = 1000;
  function recent() {
    let now = 5;
    const calls = new RecentCalls(memoryMs, () => now);
    const outcomeOf = (id: string, work: () => Promise<unknown> = async () => 'ran') =>
      calls.run(id, work).catch((error: unknown) => (error instanceof Refusal ? error.code : String(error)));
    return { outcomeOf, advance: (ms: number) => (now += ms) };
  }

  test.each([0, 1, 700, memoryMs - 1])(
    'the call memory keeps a call that ended %i ms into a period for the full time',
    async (ms) => {
      const { outcomeOf, advance } = recent();
      await outcomeOf('first');
      advance(ms);
      await outcomeOf('call');
      advance(memoryMs - 1);
      expect(await outcomeOf('call')).toBe('call-repeated');
      await outcomeOf('other');
      advance(memoryMs + 1);
      expect(await outcomeOf('call')).toBe('ran');
    },
  );

  test('the call memory keeps a call for as long as it runs', async () => {
    const { outcomeOf, advance } = recent();
    const gate = Promise.withResolvers<void>();
    const running = outcomeOf('call', () => gate.promise);
    for (let period = 0; period < 5; period++) {
      advance(memoryMs);
      expect(await outcomeOf('call')).toBe('call-repeated');
    }
    gate.resolve();
    await running;
    expect(await outcomeOf('call')).toBe('call-repeated');
  });

  test.each<[BuilderErrorCode, string]>([
    ['instance-gone', 'ran'],
    ['instance-busy', 'ran'],
    ['instance-restarting', 'ran'],
    ['builder-stopping', 'ran'],
    ['invalid-request', 'ran'],
    ['instance-crashed', 'call-repeated'],
    ['answer-invalid', 'call-repeated'],
    ['call-timeout', 'call-repeated'],
  ])('the call memory decides whether a repeated call runs after %s: %s', async (code, next) => {
    const { outcomeOf } = recent();
    expect(await outcomeOf('call', () => Promise.reject(new Refusal(code, 'as the test says')))).toBe(code);
    expect(await outcomeOf('call')).toBe(next);
  });
});
