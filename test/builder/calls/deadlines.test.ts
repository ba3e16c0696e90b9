// Tests calls whose caller announces a shorter wait than the plugin's own time limit.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { timeoutHeader } from '../../../src/contract/builder/serving.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

async function callWithin(id: string, ms: number | string, inputs: object) {
  const body = JSON.stringify({ inputs, parameters: {} });
  const headers = { [timeoutHeader]: String(ms) };
  const response = await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body, headers });
  return { status: response.status, body: await response.json() };
}

const late = "A call did not end within 0.3 s, which is its caller's time limit.";

const coroutine = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    try:',
    '        await asyncio.sleep(3600 if "wait" in inputs else 0)',
    '    except asyncio.CancelledError:',
    '        print("cancelled")',
    '        raise',
    '    return {}',
  ].join('\n'),
  'import asyncio',
);

test('a coroutine is cancelled, and the log has a line', async () => {
  const id = await builder.run(coroutine);
  expect(refusal(await callWithin(id, 300, { wait: true }))).toBe('504 call-timeout');
  await eventually(async () => (await builder.logs(id)).sort()).toEqual([`host: ${late}`, 'stdout: cancelled']);
  expect(await builder.status(id)).toMatchObject({ calls_in_flight: 0, restarts: 0 });
});

test('a thread continues, and its process is not restarted', async () => {
  const id = await builder.run(
    handler(
      [
        'def __init__(self):',
        '    self.gate = threading.Event()',
        'def predict(self, request):',
        '    if "wait" in request:',
        '        self.gate.wait()',
        '        print("returned")',
        '    self.gate.set()',
        '    return {}',
      ].join('\n'),
      'import threading',
    ),
  );
  expect(refusal(await callWithin(id, 300, { wait: true }))).toBe('504 call-timeout');
  expect(await builder.result(id, {})).toEqual({});
  await eventually(() => builder.logs(id)).toEqual([`host: ${late}`, 'stdout: returned']);
  expect((await builder.status(id)).restarts).toBe(0);
});

test('a call that waits in the queue never reaches the plugin', async () => {
  const spec = { ...(await builder.putPlugin(coroutine)), serving: { replicas: 1, concurrency: 1 } };
  await builder.put('dep_late', spec);
  const first = callWithin('dep_late', 1500, { wait: true });
  await eventually(async () => (await builder.status('dep_late')).calls_in_flight).toBe(1);
  expect(refusal(await callWithin('dep_late', 300, {}))).toBe('504 call-timeout');
  expect(refusal(await first)).toBe('504 call-timeout');
  await eventually(async () => (await builder.logs('dep_late')).filter((line) => line === 'stdout: cancelled')).toEqual(
    ['stdout: cancelled'],
  );
});

test("a wait that exceeds the plugin's limit, or is not a number, changes nothing", async () => {
  const spec = { ...(await builder.putPlugin(coroutine)), permissions: { timeout_s: 1 } };
  await builder.put('dep_own', spec);
  const waits = [60_000, 'soon', '-1'];
  const answers = await Promise.all(waits.map((ms) => callWithin('dep_own', ms, { wait: true })));
  expect(answers.map(refusal)).toEqual(waits.map(() => '504 call-timeout'));
  const lines = (await builder.logs('dep_own')).filter((line) => line.startsWith('host: '));
  expect(lines).toEqual(Array.from({ length: 3 }, () => 'host: A call did not end within 1 s.'));
});

test("a batch run also ends at its caller's deadline", async () => {
  const pipeline =
    'import time\n\n\ndef build_steps(request):\n    return {"steps": [lambda batch: time.sleep(3600)]}\n';
  await builder.put('dep_batch', { ...(await builder.putPlugin({ 'pipeline.py': pipeline })), entry: 'pipeline' });
  const body = JSON.stringify({ rows: [{ n: 1 }], parameters: {}, batch_size: 1 });
  const headers = { [timeoutHeader]: '300' };
  const response = await builder.fetch('/instances/dep_batch/batch', { method: 'POST', body, headers });
  expect(await response.json()).toMatchObject({ error: { type: 'CallTimeout' }, lines: [{ line: late }] });
});
