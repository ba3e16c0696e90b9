// Tests a plugin module's limits with modules written byte by byte, at each limit and just above it.
import { describe, expect, test } from 'vitest';
import { isolateLimits } from '../../src/contract/limits/isolates.ts';
import { PluginModule } from '../../src/isolate/plugin-module.ts';

const MiB = 2 ** 20;
const pageBytes = 65_536;
const answerAt = 4096;
const timeLimitMs = 1000;

interface Described {
  /** `#` is replaced with the number of requests to the instance, including the greeting. */
  answer?: string;
  answerBytes?: number;
  pages?: number;
  /** Goroutines left behind by each call. */
  left?: number;
  /** Name of the function that ends the program. */
  ends?: string;
  /** Number of the request that ends the program; the greeting is number 1. */
  endsAt?: number;
  /** True if a goroutine ends the program after an answer. */
  endsLater?: boolean;
  without?: string;
}

const unreachable = [0x00];
/** `if (asked > 1) unreachable` */
const endAfterGreeting = [0x23, 1, 0x41, 1, 0x4a, 0x04, 0x40, ...unreachable, 0x0b];
/** `if (taken) unreachable; taken = 1`: an answer that was not freed ends the program on the next call. */
const takeHandle = [0x23, 2, 0x04, 0x40, ...unreachable, 0x0b, 0x41, 1, 0x24, 2];
const freeHandle = [0x41, 0, 0x24, 2];
const i32 = 0x7f;
const none: number[] = [];

function number(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)];
}

/** Encodes a constant. Constants are signed, so a number that would set the sign bit gets one more byte. */
function constant(value: number): number[] {
  const bytes = number(value);
  const last = bytes.at(-1) ?? 0;
  return [0x41, ...(last < 0x40 ? bytes : [...bytes.slice(0, -1), last | 0x80, 0])];
}

function list(items: number[][]): number[] {
  return [...number(items.length), ...items.flat()];
}

function section(id: number, content: number[]): number[] {
  return [id, ...number(content.length), ...content];
}

function named(name: string): number[] {
  return list([...new TextEncoder().encode(name)].map((byte) => [byte]));
}

/** Builds the parts of a module that are needed, as Go's compiler does. */
function moduleOf({ answer = '', answerBytes, pages = 1, left = 0, ...rest }: Described): WebAssembly.Module {
  const { ends, endsAt = -1, endsLater = false, without } = rest;
  const text = [...new TextEncoder().encode(answer)];
  const place = answer.indexOf('#');
  const addTo = (global: number, value: number) => [0x23, global, ...constant(value), 0x6a, 0x24, global];
  const show = place < 0 ? none : [...constant(answerAt + place), 0x23, 1, ...constant(0x30), 0x6a, 0x3a, 0, 0];
  const end = endsAt < 0 ? none : [0x23, 1, ...constant(endsAt), 0x46, 0x04, 0x40, ...unreachable, 0x0b];
  const functions: [name: string, parameters: number[], results: number[], code: number[]][] = [
    ['_initialize', none, none, none],
    ['slipway_alloc', [i32], [i32], constant(1024)],
    [
      'slipway_call',
      [i32, i32],
      [i32],
      [...addTo(1, 1), ...end, ...takeHandle, ...addTo(0, left), ...show, ...constant(0)],
    ],
    ['slipway_result', [i32], [i32], constant(answerAt)],
    ['slipway_result_len', [i32], [i32], constant(answerBytes ?? text.length)],
    ['slipway_free', [i32], none, freeHandle],
    ['slipway_goroutines', none, [i32], [...(endsLater ? endAfterGreeting : none), 0x23, 0]],
  ];
  const exported = functions.map(([name], index) => ({ name, as: [0, index] }));
  const variable = [i32, 1, ...constant(0), 0x0b];
  const bodies = functions.map(([name, , , code]) => [0, ...(name === ends ? unreachable : code), 0x0b]);
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      list(
        functions.map(([, from, to]) => [0x60, ...list(from.map((type) => [type])), ...list(to.map((type) => [type]))]),
      ),
    ),
    ...section(3, list(functions.map((_, index) => [index]))),
    ...section(5, list([[0, ...number(pages)]])),
    ...section(6, list([variable, variable, variable])),
    ...section(
      7,
      list(
        [...exported, { name: 'memory', as: [2, 0] }]
          .filter(({ name }) => name !== without)
          .map(({ name, as }) => [...named(name), ...as]),
      ),
    ),
    ...section(10, list(bodies.map((body) => [...number(body.length), ...body]))),
    ...section(11, list([[0, ...constant(answerAt), 0x0b, ...number(text.length), ...text]])),
  ]);
  // The types come from Workers, where code can't compile modules.
  return Reflect.construct(WebAssembly.Module, [bytes]);
}

/** Loads the module and calls it this many times. Returns the answers or errors as text, and the output. */
function tried(described: Described, calls = 1) {
  const printed: string[] = [];
  const print = (stream: string, line: string) => void printed.push(`${stream}: ${line}`);
  const plugin = new PluginModule(moduleOf(described));
  const outcomes = [
    plugin.load(timeLimitMs, print),
    ...Array.from({ length: calls }, () => plugin.call(new Uint8Array(3), timeLimitMs, print)),
  ];
  return {
    outcomes: outcomes.map((one) => ('answer' in one ? new TextDecoder().decode(one.answer) : one.error)),
    printed,
  };
}

describe("a plugin's instance", () => {
  test('an instance left unchanged by a call answers the next call', () => {
    expect(tried({ answer: '#' }, 3)).toEqual({ outcomes: ['1', '2', '3', '4'], printed: [] });
  });

  test.each([
    [1, 'The call left 1 goroutine behind. The plugin is started again.'],
    [2, 'The call left 2 goroutines behind. The plugin is started again.'],
  ])('an instance in which a call left %i goroutines answers no other call', (left, line) => {
    expect(tried({ answer: '#', left }, 2)).toEqual({
      outcomes: ['1', '2', '2'],
      printed: [`host: ${line}`, `host: ${line}`],
    });
  });

  test('an instance with 80 MiB of memory answers the next call, and an instance with one more page does not', () => {
    const pages = isolateLimits.keptMemoryBytes / pageBytes;
    const line = 'host: The plugin has grown to 80.1 MiB of memory. It is started again.';
    expect(tried({ answer: '#', pages }, 2)).toEqual({ outcomes: ['1', '2', '3'], printed: [] });
    expect(tried({ answer: '#', pages: pages + 1 }, 2)).toEqual({ outcomes: ['1', '2', '2'], printed: [line, line] });
  });

  test('an instance whose call panicked answers no other call, and prints nothing, because the answer contains the panic', () => {
    const answer = '{"error":{"code":"plugin_panic","message":"#"}}';
    const counted = (count: number) => answer.replace('#', String(count));
    expect(tried({ answer }, 2)).toEqual({ outcomes: [counted(1), counted(2), counted(2)], printed: [] });
    const other = '{"error":{"code":"plugin_error","message":"#"}}';
    expect(tried({ answer: other }, 2).outcomes.at(-1)).toBe(other.replace('#', '3'));
  });
});

test('an answer of 8 MiB and 256 KiB is accepted, and one byte more is refused', () => {
  const pages = (16 * MiB) / pageBytes;
  const { outcomes } = tried({ pages, answerBytes: isolateLimits.answerBytes });
  expect(outcomes.map((one) => (typeof one === 'string' ? one.length : one))).toEqual([8_650_752, 8_650_752]);
  const message = expect.stringContaining("The plugin's answer has 8650753 bytes; the limit is 8650752.");
  const [greeting] = tried({ pages, answerBytes: isolateLimits.answerBytes + 1 }, 0).outcomes;
  expect(greeting).toEqual({ code: 'answer-invalid', message });
});

test.each([
  ['_initialize', 'while it was loaded'],
  ['slipway_call', 'while it was loaded'],
])('a module that ends in %s ends every time %s, even in a call', (ends, when) => {
  const message = `The plugin ended ${when}: RuntimeError: unreachable.`;
  const { outcomes } = tried({ ends });
  expect(outcomes).toEqual([
    { code: 'instance-crashed', message },
    { code: 'instance-crashed', message: message.replace(when, 'during the call') },
  ]);
});

test('an instance that ended in a call answers no other call', () => {
  const ended = { code: 'instance-crashed', message: 'The plugin ended during the call: RuntimeError: unreachable.' };
  expect(tried({ answer: '#', endsAt: 2 }, 2).outcomes).toEqual(['1', ended, ended]);
  expect(tried({ answer: '#', endsAt: 3 }, 3).outcomes).toEqual(['1', '2', ended, '2']);
});

test('a goroutine that ends the program after the answer ends the instance, but the answer is kept', () => {
  const line = 'host: A goroutine that the call left behind ended the plugin: unreachable. It is started again.';
  expect(tried({ answer: '#', endsLater: true }, 2)).toEqual({ outcomes: ['1', '2', '2'], printed: [line, line] });
});

test.each([
  'memory',
  '_initialize',
  ...['alloc', 'call', 'result', 'result_len', 'free', 'goroutines'].map((name) => `slipway_${name}`),
])('a module without %s is not a plugin module', (without) => {
  const message = `The module exports no ${without}.`;
  expect(tried({ without }, 0).outcomes).toEqual([{ code: 'answer-invalid', message }]);
});
