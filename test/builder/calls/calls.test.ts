// Tests POST /instances/{id}/invoke: responses, errors, time limits, and interactions between calls.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';
import { asyncGate, threadGate } from './gates.ts';

const noInputs = '{"inputs":{},"parameters":{}}';
let builder: TestBuilder;

beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

describe('a response', () => {
  test("a response has the handler's result and its duration", async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return {"embedding": [0.5, 1.0]}'));
    expect(await builder.call(id)).toEqual({
      status: 'success',
      result: { embedding: [0.5, 1] },
      duration_ms: expect.any(Number),
    });
  });

  test('a response names the exception that the handler raised, and the log has the traceback', async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return request["text"]'));
    expect(await builder.call(id)).toEqual({
      status: 'error',
      error: { type: 'KeyError', message: "'text'", at: expect.stringMatching(/^realtime\.py:\d+$/) },
      duration_ms: expect.any(Number),
    });
    expect(await builder.logs(id)).toEqual([
      'host: Traceback (most recent call last):',
      'host:   File "realtime.py", line 5, in predict',
      'host:     return request["text"]',
      "host: KeyError: 'text'",
    ]);
  });

  test('a response is an error if the result is not a dict', async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return [1]'));
    expect(await builder.call(id)).toMatchObject({
      status: 'error',
      error: { type: 'InvalidResult', message: 'the handler must return a dict, not list' },
    });
  });

  test('a response is an error if the handler asks for impossible amounts of memory, and the next call succeeds', {
    tags: 'long',
  }, async () => {
    const id = await builder.run(
      handler('def predict(self, request):\n    return {"size": len(bytearray(request["bytes"]))}'),
    );
    expect(await builder.call(id, { bytes: 2 ** 62 })).toMatchObject({
      status: 'error',
      error: { type: 'MemoryError' },
    });
    expect(await builder.result(id, { bytes: 1000 })).toEqual({ size: 1000 });
    expect((await builder.status(id)).restarts).toBe(0);
  });

  test("a response's request ID is in the log with the output, the traceback and the timeout", async () => {
    const id = await builder.run(
      handler('def predict(self, request):\n    print("checking")\n    raise ValueError("no")'),
    );
    const headers = { 'slipway-request': 'req_1' };
    await (await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body: noInputs, headers })).text();
    await builder.call(id);
    const logs = async () => {
      const lines = await builder.logLines(id);
      return lines.filter(({ line }) => /check|no$/.test(line)).map(({ line, request }) => [line, request]);
    };
    await eventually(async () => (await logs()).toSorted()).toEqual([
      ['ValueError: no', undefined],
      ['ValueError: no', 'req_1'],
      ['checking', undefined],
      ['checking', 'req_1'],
    ]);
  });

  test('a response may be as large as the limit, and so may a request', async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return {"text": request["text"]}'));
    const text = 'x'.repeat(8_000_000);
    expect(await builder.result(id, { text })).toEqual({ text });
  });
});

describe('concurrent calls', () => {
  test.each([
    ['coroutines', asyncGate],
    ['threads', threadGate],
  ])('concurrent calls do not wait for each other: %s', async (_, files) => {
    const id = await builder.run(files);
    const waiting = builder.call(id, { wait: true });
    await builder.call(id, {});
    expect(await builder.status(id)).toMatchObject({ calls_in_flight: 1 });
    await builder.call(id, { go: true });
    expect(await waiting).toMatchObject({ status: 'success' });
  });

  test('concurrent calls get their own responses', { tags: 'long' }, async () => {
    const id = await builder.run(handler('async def run_inference(self, inputs, parameters):\n    return inputs'));
    const numbers = Array.from({ length: 200 }, (_, n) => ({ n }));
    expect(await Promise.all(numbers.map((inputs) => builder.result(id, inputs)))).toEqual(numbers);
    expect(await builder.status(id)).toMatchObject({ calls: 200, calls_in_flight: 0 });
  });
});

const blockedLine =
  'host: RealtimeHandler.run_inference blocked the event loop for over 1 s at realtime.py:5, and all other calls waited. Use `def` instead of `async def`: such a handler runs in threads. Or await what takes so long.';

describe('a call past its time limit', () => {
  let strict: TestBuilder;
  beforeAll(async () => {
    strict = await TestBuilder.start({ limits: { callMs: 2000, hangMs: 1000 } });
  });
  afterAll(() => strict.close());

  test('a call past its time limit is cancelled if it is a coroutine, and the process continues', async () => {
    const id = await strict.run(
      handler(
        [
          'async def run_inference(self, inputs, parameters):',
          '    try:',
          '        await asyncio.sleep(3600 if "wait" in inputs else 0)',
          '    except asyncio.CancelledError:',
          '        print("cancelled")',
          '        raise',
          '    return {"pid": os.getpid()}',
        ].join('\n'),
        'import asyncio\nimport os',
      ),
    );
    const before = await strict.result(id);
    expect(refusal(await strict.invoke(id, { wait: true }))).toBe('504 call-timeout');
    await eventually(() => strict.logs(id)).toEqual(['host: A call did not end within 2 s.', 'stdout: cancelled']);
    expect(await strict.result(id)).toEqual(before);
    expect((await strict.status(id)).restarts).toBe(0);
  });

  test.each([
    ['blocks the loop', 'async def run_inference(self, inputs, parameters):', [blockedLine]],
    ['never returns from its thread', 'def run_inference(self, inputs, parameters):', []],
  ])(
    'a call past its time limit has its process restarted if it %s',
    { tags: 'long' },
    async (_, signature, warnings) => {
      const id = await strict.run(
        handler(
          [signature, '    while "hang" in inputs:', '        pass', '    return {"pid": os.getpid()}'].join('\n'),
          'import os',
        ),
      );
      expect(refusal(await strict.invoke(id, { hang: true }))).toBe('504 call-timeout');
      await eventually(async () => (await strict.status(id)).restarts).toBe(1);
      expect(await strict.call(id)).toMatchObject({ status: 'success' });
      const logs = await strict.logs(id);
      expect(logs.at(-1)).toEqual(
        expect.stringMatching(
          /^host: The process exited: a call was still running 1000 ms after its time limit of [\d.]+ s\. Restarting\.$/,
        ),
      );
      // In any order.
      expect(logs.slice(0, -1).sort()).toEqual(['host: A call did not end within 2 s.', ...warnings].sort());
    },
  );

  test('a call past its time limit fails the other calls in its process', async () => {
    const id = await strict.run(
      handler(
        [
          'def __init__(self):',
          '    self.never = threading.Event()',
          'def predict(self, request):',
          '    self.never.wait()',
        ].join('\n'),
        'import threading',
      ),
    );
    expect(refusal(await strict.invoke(id))).toBe('504 call-timeout');
    // The first call ends the process before the second call's time is up.
    expect(refusal(await strict.invoke(id))).toBe('502 instance-crashed');
  });
});

describe('printing', () => {
  test('a plugin that prints endlessly neither fills the log nor delays other instances', {
    tags: 'long',
  }, async () => {
    const quiet = await builder.run(handler('def predict(self, request):\n    return {}'));
    const loud = await builder.run(
      handler(
        [
          'def load_model(self):',
          '    threading.Thread(target=self.shout, daemon=True).start()',
          'def shout(self):',
          '    while True:',
          '        sys.stdout.write("x" * 100_000)',
          '        sys.stderr.write("\\n" * 100_000)',
          'async def run_inference(self, inputs, parameters):',
          '    return {}',
        ].join('\n'),
        'import sys\nimport threading',
      ),
    );
    const dropped = 'lines were dropped, because the plugin prints faster than its log can be stored';
    await eventually(async () => (await builder.logs(loud)).join('\n')).toContain(dropped);
    for (let i = 0; i < 20; i++) expect(await builder.result(quiet)).toEqual({});
    const lines = await builder.logs(loud);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual('stdout: '.length + 4096);
    await builder.send('DELETE', `/instances/${loud}`);
  });

  test('a log keeps all of 1,500 lines, each truncated', { tags: 'long' }, async () => {
    const id = await builder.run(
      handler(
        [
          'def predict(self, request):',
          '    for n in range(1500):',
          '        print(f"line {n}")',
          '    print("y" * 1_000_000)',
          '    print("end")',
          '    return {}',
        ].join('\n'),
      ),
    );
    await builder.call(id);
    await eventually(async () => (await builder.logs(id)).at(-1)).toBe('stdout: end');
    const lines = await builder.logs(id);
    expect(lines).toHaveLength(1502);
    expect(lines[0]).toBe('stdout: line 0');
    expect(lines.at(-2)).toBe(`stdout: ${'y'.repeat(4095)}…`);
  });
});
