// Tests a hostile plugin's attempts in an isolate: what its caller and its author read, and that a good plugin's calls never fail
// meanwhile.
// @module-tag go
// @module-tag long
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { isolateTrialPrefix } from '../../../src/contract/builder/isolates.ts';
import { coldCacheMs, echo, pipelinePlugin, startGoBuilder, wasmOf } from '../go-support.ts';
import { eventually, type TestBuilder } from '../support.ts';
import { callText, expectSameAnswers, fixturePlugin, isolateSpec, specsOf, startReady } from './isolate-support.ts';

const hostile = pipelinePlugin(
  `switch action {
	case "loop":
		for {
		}
	case "bomb":
		for {
			kept = append(kept, make([]byte, 1<<20))
		}
	case "large":
		return map[string]interface{}{"x": strings.Repeat("x", 1<<30)}, nil
	case "larger than an answer":
		return map[string]interface{}{"x": strings.Repeat("x", 9<<20)}, nil
	case "goroutine":
		go func() { panic("boom") }()
		time.Sleep(time.Second)
	case "sleep":
		time.Sleep(time.Hour)
	case "nap":
		before := time.Now()
		time.Sleep(time.Second)
		return map[string]interface{}{"slept": time.Since(before).String()}, nil
	case "leave":
		for i := 0; i < 3; i++ {
			go func() { select {} }()
		}
	case "block":
		select {}
	case "recurse":
		return nil, recurse(0)
	case "flood":
		for i := 0; i < 100_000; i++ {
			fmt.Println("flood")
		}
	case "flood forever":
		for {
			fmt.Println("flood")
		}
	case "read":
		_, err := os.ReadFile("/etc/passwd")
		return nil, err
	case "write":
		return nil, os.WriteFile("/tmp/x", nil, 0o644)
	case "dial":
		_, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
		return nil, err
	case "environment":
		return map[string]interface{}{"environment": os.Environ(), "arguments": os.Args}, nil
	case "exit":
		os.Exit(3)
	}
	calls++
	return map[string]interface{}{"calls": calls}, nil`,
  {
    imports: '"fmt"\n\t"os"\n\t"strings"\n\t"syscall"\n\t"time"',
    more: 'var kept [][]byte\nvar calls int\n\nfunc recurse(n int) error {\n\tif err := recurse(n + 1); err != nil {\n\t\treturn fmt.Errorf("%d %w", n, err)\n\t}\n\treturn nil\n}\n',
  },
);

const numbers = z.record(z.string(), z.union([z.number(), z.string()]));
const architectureSchema = z.object({
  result: z.object({
    output: z.object({
      ...{ exponential: numbers, integers: z.string() },
      ...{ power: z.union([z.number(), z.string()]), rounded: z.number(), fused: z.number() },
      logarithm: z.union([z.number(), z.string()]),
    }),
  }),
});

let builder: TestBuilder;
let good: { stop(): Promise<{ calls: number; failed: string[] }> };
beforeAll(async () => {
  builder = await startGoBuilder({ limits: { callMs: 8000 } });
  await startReady(builder, 'bad', await isolateSpec(builder, { 'plugin.go': hostile }));
  await startReady(builder, 'good', await isolateSpec(builder, fixturePlugin('text', 'numbers', 'maps')));
  good = callAgainAndAgain();
}, coldCacheMs);
afterAll(() => builder.close());

/** Calls the good plugin repeatedly, one call after another, until it is told to stop. */
function callAgainAndAgain() {
  const body = JSON.stringify({ method: 'execute', params: { action: 'text', params: { text: 'good' } } });
  const failed: string[] = [];
  let calls = 0;
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const { status, text } = await callText(builder, 'good', body);
      calls++;
      if (status !== 200 || !text.startsWith('{"result":')) failed.push(text);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await done;
      return { calls, failed };
    },
  };
}

async function act(action: string): Promise<unknown> {
  const { status, text } = await callText(builder, 'bad', JSON.stringify({ method: 'execute', params: { action } }));
  const { error, result } = JSON.parse(text);
  return error ? `${status} ${error.code}: ${error.message}` : result.output;
}

/** Calls the action, and returns a function that reads the lines shown to the author. */
async function authorsLines(action: string): Promise<() => Promise<string[]>> {
  const before = (await builder.logLines('bad')).length;
  await act(action);
  return async () => (await builder.logs('bad')).slice(before);
}

const stuck = '504 call-timeout: No response within 8000 ms.';
const outOfMemory =
  '502 instance-crashed: The plugin ended during the call: fatal error: out of memory. It may use 96 MiB in an isolate. Set `placement: container` in plugin.yaml, where it has 2048 MiB and may ask for more.';
const tooLarge =
  /^502 answer-invalid: The plugin's answer has \d+ bytes; the limit is 8650752\. This limit is the same for all plugins: /;

describe('the caller reads', () => {
  test.each([
    ['bomb', outOfMemory],
    ['large', outOfMemory],
    ['larger than an answer', expect.stringMatching(tooLarge)],
    ['goroutine', '502 instance-crashed: The plugin ended during the call: panic: boom.'],
    ['sleep', '504 call-timeout: The plugin slept beyond its time limit of 8000 ms.'],
    [
      'block',
      '502 instance-crashed: The plugin ended during the call: fatal error: all goroutines are asleep - deadlock.',
    ],
    [
      'recurse',
      '502 instance-crashed: The plugin ended during the call: RangeError: Maximum call stack size exceeded.',
    ],
    ['exit', '502 instance-crashed: The plugin ended during the call: exit code 3.'],
    ['loop', stuck],
    ['flood forever', stuck],
  ])("an isolate's caller reads what ended a call to %s: %s", async (action, message) => {
    expect(await act(action)).toEqual(message);
    expect(await act('count')).toEqual({ calls: 1 }); // by a new instance
  });

  test.each([
    ['read', '200 plugin_error: open /etc/passwd: Not implemented on wasip1'],
    ['write', '200 plugin_error: open /tmp/x: Not implemented on wasip1'],
    ['dial', '200 plugin_error: Not implemented on wasip1'],
  ])('an isolate that may not %s answers: %s, and continues', async (action, message) => {
    await act('exit');
    expect([await act('count'), await act(action), await act('count')]).toEqual([{ calls: 1 }, message, { calls: 2 }]);
  });

  test("an isolate can't sleep for an hour, but can sleep for a second", async () => {
    expect(await act('nap')).toEqual({ slept: expect.stringMatching(/^1(?:\.\d+)?s$/) });
    expect(await act('environment')).toEqual({ environment: [], arguments: [] });
  });

  test("an isolate's caller gets the answer to a call that leaves goroutines behind, and the next call gets a new instance", async () => {
    await act('exit');
    expect([await act('count'), await act('count')]).toEqual([{ calls: 1 }, { calls: 2 }]);
    expect(await act('leave')).toEqual({ calls: 3 });
    expect(await act('count')).toEqual({ calls: 1 });
  });
});

describe('the author reads', () => {
  test.each([
    ['goroutine', 'stderr: panic: boom'],
    ['bomb', 'stderr: fatal error: out of memory'],
    ['leave', 'host: The call left 3 goroutines behind. The plugin is started again.'],
    ['flood', 'host: The call printed more than its limit. The remaining output is dropped.'],
    ['loop', 'host: The process exited: a call reached its time limit of 8000 ms. Restarting.'],
  ])("an isolate's author reads the output of %s: %s", async (action, line) => {
    await eventually(await authorsLines(action)).toContain(line);
  });

  test('the author of a flooding isolate reads no more lines than a call may print', async () => {
    await act('count');
    const lines = await authorsLines('flood');
    await eventually(lines).toContain('host: The call printed more than its limit. The remaining output is dropped.');
    expect((await lines()).length).toBe(1001);
  });
});

test('dialing with the net package fails in isolates', async () => {
  const dial = pipelinePlugin('_, err := net.Dial("tcp", "127.0.0.1:80")\n\treturn nil, err', { imports: '"net"' });
  expect(await wasmOf(builder, { 'plugin.go': dial })).toEqual({ reason: 'uses net: needs a container' });
});

describe("a plugin that can't be loaded", () => {
  test.each([
    [
      'is of another kind',
      { 'plugin.go': 'package main\n\nvar Plugin struct{}\n' },
      'wrong-interface: Plugin has incompatible type struct {}: it is not a pipeline plugin (missing method Execute(string, map[string]interface {}, *models.PipelineContext) (map[string]interface {}, error))',
    ],
    [
      'panics while it is initialized',
      { 'plugin.go': pipelinePlugin('return nil, nil', { more: 'func init() { panic("no") }' }) },
      'load-failed: The plugin ended while it was loaded: panic: no.',
    ],
    [
      'sleeps while it is initialized',
      {
        'plugin.go': pipelinePlugin('return nil, nil', {
          imports: '"time"',
          more: 'func init() { time.Sleep(time.Hour) }',
        }),
      },
      'load-failed: The plugin slept beyond its time limit of 30000 ms.',
    ],
  ])('an isolate that %s does not start, and reports the reason', async (name, files, failure) => {
    const last = (await builder.put(name.replaceAll(' ', '-'), await isolateSpec(builder, files))).at(-1);
    if (last?.type !== 'failed') throw new Error(`the start ended with ${last?.type}`);
    expect(`${last.error.code}: ${last.error.message}`.replaceAll('interface{}', 'interface {}')).toBe(failure);
  });
});

describe('a thousand generated calls have the same answers in an executable and in an isolate', () => {
  test.each(['text', 'numbers', 'maps', 'science'] as const)(
    'a thousand generated calls to the plugin %s have the same answers in an executable and in an isolate',
    async (action) => {
      const { native, wasm } = await specsOf(builder, fixturePlugin(action));
      await startReady(builder, `native-${action}`, native);
      await startReady(builder, `wasm-${action}`, wasm);
      await expectSameAnswers(builder, action, { native: `native-${action}`, wasm: `wasm-${action}`, count: 250 });
    },
    120_000,
  );
});

describe('differing answers between an executable and an isolate', () => {
  beforeAll(async () => {
    const { native, wasm } = await specsOf(builder, fixturePlugin('science', 'architecture'));
    await startReady(builder, 'native-architecture', native);
    await startReady(builder, 'wasm-architecture', wasm);
  });

  async function compare(x: number, y: number) {
    const body = JSON.stringify({ method: 'execute', params: { action: 'architecture', params: { x, y } } });
    const outputs = ['native-architecture', 'wasm-architecture'].map(async (id) => {
      const { text } = await callText(builder, id, body);
      return architectureSchema.parse(JSON.parse(text)).result.output;
    });
    const [native, wasm] = await Promise.all(outputs);
    if (!native || !wasm) throw new Error('one did not answer');
    return { native, wasm };
  }

  test('math.Exp and functions based on it differ in the last digits between an executable and an isolate', async () => {
    const { native, wasm } = await compare(148, 2.5);
    expect(wasm.exponential.exp).toBe(1.8861808084906522e64);
    for (const [name, value] of Object.entries({ ...wasm.exponential, power: wasm.power })) {
      const other = name === 'power' ? native.power : native.exponential[name];
      if (typeof value === 'number') expect(Math.abs(value - Number(other))).toBeLessThan(Math.abs(value) * 1e-14);
      else expect(other).toBe(value);
    }
  });

  test('integer conversions of out-of-range numbers differ between an executable and an isolate, as the Go specification allows', async () => {
    const { native, wasm } = await compare(-1.5, 2);
    expect(wasm.integers).toBe('-1 -1 0 255');
    if (process.arch === 'x64') expect(native.integers).toBe('-1 -1 18446744073709551615 255');
  });

  test('math.Log of a subnormal number differs in an isolate, because executables for amd64 compute it incorrectly', async () => {
    const { native, wasm } = await compare(5e-324, 1);
    expect(wasm.logarithm).toBe(Math.log(5e-324));
    if (process.arch === 'x64') expect(native.logarithm).toBe(-709.0895657128241);
  });

  test('numbers rounded with float64(…) never differ between an executable and an isolate', async () => {
    for (const [x, y] of [
      [0.1, 0.3],
      [1e-7, 3.3],
      [12345.678, 1 / 3],
    ] as const) {
      const { native, wasm } = await compare(x, y);
      expect(wasm.rounded).toBe(native.rounded);
      expect([wasm.fused, wasm.rounded]).toEqual([x * y + x, x * y + x]);
    }
  });
});

test('an instance abandoned by its Worker, for example because the Worker died during a trial, is stopped when idle', async () => {
  const sleepy = await startGoBuilder({ limits: { idleMs: 200 } });
  onTestFinished(() => sleepy.close());
  const trial = `${isolateTrialPrefix}plu_01m7zajzxgekdaqvxxavtsbf4w-0123abcd`;
  await startReady(sleepy, trial, await isolateSpec(sleepy, { 'plugin.go': echo }));
  await eventually(async () => (await sleepy.send('GET', `/instances/${trial}`)).status).toBe(404);
  expect(sleepy.workers()).toEqual([]);
});

test('the good plugin answers every call during the attacks', async () => {
  const { calls, failed } = await good.stop();
  expect(failed).toEqual([]);
  expect(calls).toBeGreaterThan(50);
});
