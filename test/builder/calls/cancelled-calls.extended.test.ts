// Tests a caller that disconnects: its call is cancelled, even in the handler.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Refusal } from '../../../builder/server/core/refusal.ts';
import { PendingCalls } from '../../../builder/server/processes/pending-calls.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

/** Sends a call, and disconnects once the handler has printed that it is waiting. */
async function callAndLeave(id: string): Promise<void> {
  const leave = new AbortController();
  const call = builder.fetch(`/instances/${id}/invoke`, {
    method: 'POST',
    body: JSON.stringify({ inputs: { wait: true }, parameters: {} }),
    signal: leave.signal,
  });
  await eventually(() => builder.logs(id)).toEqual(['stdout: waits']);
  leave.abort();
  await expect(call).rejects.toThrow('aborted');
}

test('a coroutine is cancelled', async () => {
  const id = await builder.run(
    handler(
      [
        'async def run_inference(self, inputs, parameters):',
        '    print("waits")',
        '    try:',
        '        await asyncio.sleep(3600 if "wait" in inputs else 0)',
        '    except asyncio.CancelledError:',
        '        print("cancelled")',
        '        raise',
        '    return {}',
      ].join('\n'),
      'import asyncio',
    ),
  );
  await callAndLeave(id);
  await eventually(() => builder.logs(id)).toEqual(['stdout: waits', 'stdout: cancelled']);
  expect(await builder.status(id)).toMatchObject({ calls_in_flight: 0, restarts: 0 });
});

test('a thread runs until it returns, and its answer is dropped without a restart', async () => {
  const id = await builder.run(
    handler(
      [
        'def __init__(self):',
        '    self.gate = threading.Event()',
        'def predict(self, request):',
        '    if "wait" in request:',
        '        print("waits")',
        '        self.gate.wait()',
        '        print("returned")',
        '    self.gate.set()',
        '    return {"n": request.get("n")}',
      ].join('\n'),
      'import threading',
    ),
  );
  await callAndLeave(id);
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(0);
  expect(await builder.result(id, { n: 1 })).toEqual({ n: 1 });
  await eventually(() => builder.logs(id)).toEqual(['stdout: waits', 'stdout: returned']);
  expect(await builder.result(id, { n: 2 })).toEqual({ n: 2 });
  expect((await builder.status(id)).restarts).toBe(0);
});

test('a call that waits in the queue never reaches the plugin', async () => {
  const files = handler(
    [
      'def __init__(self):',
      '    self.gate = asyncio.Event()',
      'async def run_inference(self, inputs, parameters):',
      '    print(inputs)',
      '    await asyncio.wait_for(self.gate.wait(), 0.3) if "wait" in inputs else None',
      '    return {}',
    ].join('\n'),
    'import asyncio',
  );
  const spec = { ...(await builder.putPlugin(files)), serving: { replicas: 1, concurrency: 1 } };
  await builder.put('dep_turn', spec);
  const first = builder.invoke('dep_turn', { wait: true });
  await eventually(async () => (await builder.status('dep_turn')).calls_in_flight).toBe(1);
  const leave = new AbortController();
  const second = builder.fetch('/instances/dep_turn/invoke', {
    method: 'POST',
    body: JSON.stringify({ inputs: { second: true }, parameters: {} }),
    signal: leave.signal,
  });
  await eventually(async () => (await builder.status('dep_turn')).calls_in_flight).toBe(2);
  leave.abort();
  await expect(second).rejects.toThrow('aborted');
  await first;
  await builder.call('dep_turn', { third: true });
  expect((await builder.logs('dep_turn')).filter((line) => line.startsWith('stdout'))).toEqual([
    "stdout: {'wait': True}",
    "stdout: {'third': True}",
  ]);
});

test('a cancelled call frees its slot for the next call as soon as the plugin has ended it', async () => {
  const files = handler(
    [
      'async def run_inference(self, inputs, parameters):',
      '    print("runs")',
      '    await asyncio.sleep(3600 if "wait" in inputs else 0)',
      '    return {}',
    ].join('\n'),
    'import asyncio',
  );
  await builder.put('dep_next', { ...(await builder.putPlugin(files)), serving: { replicas: 1, concurrency: 1 } });
  const leave = new AbortController();
  const first = builder.fetch('/instances/dep_next/invoke', {
    method: 'POST',
    body: JSON.stringify({ inputs: { wait: true }, parameters: {} }),
    signal: leave.signal,
  });
  await eventually(() => builder.logs('dep_next')).toEqual(['stdout: runs']);
  const next = builder.result('dep_next');
  await eventually(async () => (await builder.status('dep_next')).calls_in_flight).toBe(2);
  leave.abort();
  await expect(first).rejects.toThrow('aborted');
  expect(await next).toEqual({});
});

test('a call is cancelled by its tag while its connection stays open, unless another call has the tag', async () => {
  const id = await builder.run(
    handler(
      [
        'async def run_inference(self, inputs, parameters):',
        '    print("waits")',
        '    try:',
        '        await asyncio.sleep(3600)',
        '    finally:',
        '        print("cancelled")',
        '    return {}',
      ].join('\n'),
      'import asyncio',
    ),
  );
  const leave = new AbortController();
  const call = (more: RequestInit = {}) =>
    builder.fetch(`/instances/${id}/invoke`, {
      method: 'POST',
      headers: { 'slipway-call-tag': 'a-tag' },
      body: JSON.stringify({ inputs: {}, parameters: {} }),
      ...more,
    });
  const cancel = (tag: string) => builder.send('DELETE', `/calls/${tag}`);
  const [one, other] = [call(), call({ signal: leave.signal })];
  await eventually(() => builder.logs(id)).toEqual(['stdout: waits', 'stdout: waits']);
  expect([await cancel('a-tag'), await cancel('another')].map(({ status }) => status)).toEqual([204, 204]);
  expect((await builder.status(id)).calls_in_flight).toBe(2);
  leave.abort();
  await expect(other).rejects.toThrow('aborted');
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  await cancel('a-tag');
  expect((await one).status).toBe(499);
});

test.each([
  ['an answer', (calls: PendingCalls, id: number) => calls.answer(id, new Uint8Array())],
  ['a refusal', (calls: PendingCalls, id: number) => calls.refuse(id, new Refusal('call-timeout', 'It was late.'))],
])("%s that crosses its call's cancellation is dropped once; a second one is unexpected", async (_, respond) => {
  const calls = new PendingCalls(
    { callMs: 60_000, hangMs: 1000, streamMs: 60_000 },
    { cancel() {}, onHang() {}, onEnded() {} },
  );
  const cancellation = new Cancellation();
  const { answer, id } = calls.add(cancellation, { limitMs: 60_000, waitedMs: 0 });
  cancellation.cancel();
  await expect(answer).rejects.toMatchObject({ code: 'call-cancelled' });
  expect([respond(calls, id), respond(calls, id), calls.ended(id), respond(calls, id)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  calls.rejectAll(() => new Refusal('call-timeout', 'It was late.'));
});
