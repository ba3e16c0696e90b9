// Tests several processes of one instance, and how many concurrent calls each runs.
// @module-tag long
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { CallQueue } from '../../../builder/server/instances/call-queue.ts';
import type { HostProcess } from '../../../builder/server/processes/host-process.ts';
import { Cancellation, type HeldCall } from '../../../builder/server/processes/plugin-call.ts';
import type { Serving } from '../../../src/contract/builder/serving.ts';
import { eventually, type Files, handler, isRoot, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

/** Returns the process that runs the call. `seconds` keeps that process busy. */
const named = handler(
  [
    'async def run_inference(self, inputs, parameters):',
    '    if "die" in inputs:',
    '        os._exit(9)',
    '    await asyncio.sleep(inputs.get("seconds", 0))',
    '    return {"process": self.name, "memory": resource.getrlimit(resource.RLIMIT_AS)[0]}',
    'def load_model(self):',
    '    self.name = str(uuid.uuid4())',
  ].join('\n'),
  'import asyncio\nimport os\nimport resource\nimport uuid',
);

let count = 0;
async function run(files: Files, serving: Serving, on = builder): Promise<string> {
  const id = `dep_r${count++}`;
  const events = await on.put(id, { ...(await on.putPlugin(files)), serving });
  expect(events.at(-1)).toMatchObject({ type: 'ready' });
  return id;
}

function processOf(answer: unknown): string {
  return String((answer as { process: string }).process);
}

test('a call goes to the process with the fewest running calls', async () => {
  const id = await run(named, { replicas: 2 });
  const slow = builder.result(id, { seconds: 2 });
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
  const others = [await builder.result(id), await builder.result(id), await builder.result(id)];
  const first = processOf(await slow);
  expect(new Set(others.map(processOf)).size).toBe(1);
  expect(others.map(processOf)).not.toContain(first);
});

test('a process that ends is replaced while the other process serves calls', async () => {
  const id = await run(named, { replicas: 2 });
  expect(refusal(await builder.invoke(id, { die: true }))).toBe('502 instance-crashed');
  expect(await builder.status(id)).toMatchObject({ state: 'ready' });
  expect(await builder.call(id)).toMatchObject({ status: 'success' });
  await eventually(async () => (await builder.status(id)).restarts).toBe(1);
  expect(await builder.logs(id)).toEqual([
    expect.stringMatching(/^host: Process [12] of 2 exited: exit code 9\. Restarting\.$/),
  ]);
});

test('an instance fails to start if one of its processes does', async () => {
  const files = handler('def predict(self, request):\n    return {}', 'raise ValueError("not today")');
  const alone = await TestBuilder.start();
  const events = await alone.put('dep_failing', { ...(await alone.putPlugin(files)), serving: { replicas: 3 } });
  expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'import-failed' } });
  await eventually(() => alone.workers()).toEqual([]);
  await alone.close();
});

test('a call that would wait beyond its time limit is refused immediately', async () => {
  const strict = await TestBuilder.start({ limits: { callMs: 2000, hangMs: 20_000 } });
  const files = handler('def predict(self, request):\n    time.sleep(0.5)\n    return {}', 'import time');
  const id = await run(files, { replicas: 1, concurrency: 1 }, strict);
  await strict.call(id);
  const responses = await Promise.all(
    Array.from({ length: 12 }, () =>
      strict.fetch(`/instances/${id}/invoke`, { method: 'POST', body: '{"inputs":{},"parameters":{}}' }),
    ),
  );
  const refused = responses.filter(({ status }) => status === 503);
  expect(responses.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect(await refused[0]?.json()).toEqual({
    error: {
      code: 'instance-busy',
      message: expect.stringMatching(
        /^\d calls are waiting \(max_concurrency is 1\), and the wait would exceed a call's time limit\. Retry later\.$/,
      ),
    },
  });
  await strict.close();
});

test.each([
  [1, 1, 3],
  [2, 1, 6],
  [1, 2, 6],
  [3, 2, 18],
])(
  '%d concurrent calls in each of %d processes let %d further calls wait for three times the duration of a call',
  async (perProcess, processes, waiting) => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const ended: (() => void)[] = [];
    const replicas = Array.from({ length: processes }, () => ({ ready: busyProcess(ended) }));
    const queue = new CallQueue({ perProcess, callMs: 3000 }, replicas);
    const call = () =>
      queue.call(heldCall()).then(
        () => 'answered',
        (error: Error) => error.message,
      );
    const first = call();
    vi.advanceTimersByTime(1000);
    ended.shift()?.();
    expect(await first).toBe('answered');
    for (let running = 0; running < perProcess * processes; running++) void call();
    for (let others = 0; others < waiting; others++) void call();
    expect(await call()).toBe(
      `${waiting} calls are waiting (max_concurrency is ${perProcess}), and the wait would exceed a call's time limit. Retry later.`,
    );
  },
);

/** Returns a process whose calls last until the test ends them. */
function busyProcess(ended: (() => void)[]): HostProcess {
  let running = 0;
  const never = new Promise<never>(() => {});
  return {
    lost: never,
    exited: never,
    load: async () => undefined,
    memoryUse: { bytes: 0, peakBytes: 0 },
    get running() {
      return running;
    },
    call: () => {
      running++;
      const { promise, resolve } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
      ended.push(() => {
        running--;
        resolve(new Uint8Array());
      });
      return promise;
    },
    end: async () => {},
  };
}

function heldCall(): HeldCall {
  const call = { body: new Uint8Array(), requestId: '', limitMs: 30_000, cancellation: new Cancellation() };
  return { ...call, hold: () => () => {} };
}

test('waiting calls run in order, and none is lost', async () => {
  const files = handler(
    [
      'def __init__(self):',
      '    self.order, self.running, self.most = [], 0, 0',
      'async def run_inference(self, inputs, parameters):',
      '    self.running += 1',
      '    self.most = max(self.most, self.running)',
      '    self.order.append(inputs["n"])',
      '    await asyncio.sleep(0.001)',
      '    self.running -= 1',
      '    return {"order": self.order, "most": self.most}',
    ].join('\n'),
    'import asyncio',
  );
  const patient = await TestBuilder.start();
  const id = await run(files, { replicas: 1, concurrency: 2 }, patient);
  const numbers = Array.from({ length: 30 }, (_, n) => n);
  const results = await Promise.all(numbers.map((n) => patient.result(id, { n })));
  const last = await patient.result(id, { n: 30 });
  expect(results).toHaveLength(30);
  expect(last).toMatchObject({ most: 2 });
  await patient.close();
});

test('a waiting call is refused at its time limit, and never reaches the plugin', async () => {
  const strict = await TestBuilder.start({ limits: { callMs: 1000, hangMs: 20_000 } });
  const files = handler(
    'def predict(self, request):\n    print(request["n"])\n    threading.Event().wait()',
    'import threading',
  );
  const id = await run(files, { replicas: 1, concurrency: 1 }, strict);
  const [first, second] = await Promise.all([strict.invoke(id, { n: 1 }), strict.invoke(id, { n: 2 })]);
  expect([refusal(first), refusal(second)].sort()).toEqual(['503 instance-busy', '504 call-timeout']);
  expect((await strict.logs(id)).filter((line) => line.startsWith('stdout'))).toHaveLength(1);
  await strict.close();
});

test("processes share the instance's memory equally", async () => {
  const watched = await TestBuilder.start({ limits: { memoryBytes: 1024 ** 3 } });
  const id = await run(named, { replicas: 2 }, watched);
  const limit = { none: isRoot ? 2 * 512 * 1024 ** 2 : 512 * 1024 ** 2, v1: -1, v2: -1 }[watched.cgroup];
  expect(await watched.result(id)).toMatchObject({ memory: limit });
  await watched.close();
});

test('a granted time limit replaces the usual one, and a stop waits that long', async () => {
  const strict = await TestBuilder.start({ limits: { callMs: 20_000, drainMs: 100 } });
  const files = handler('def predict(self, request):\n    threading.Event().wait()', 'import threading');
  await strict.put('dep_timed', { ...(await strict.putPlugin(files)), permissions: { timeout_s: 1 } });
  expect(refusal(await strict.invoke('dep_timed'))).toBe('504 call-timeout');
  expect(await strict.logs('dep_timed')).toContain('host: A call did not end within 1 s.');
  await strict.close();
});
