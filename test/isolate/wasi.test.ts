// Tests the functions that Go's runtime imports. They are called as a program calls them, with addresses in its memory.
import { describe, expect, test } from 'vitest';
import { ProgramExit, SleptTooLong, Wasi } from '../../src/isolate/wasi.ts';

const pageBytes = 65_536;
const ENOSYS = 52;
const EBADF = 8;

type Argument = number | bigint;

/** Calls an imported function as the program would. */
function callImport(group: Record<string, WebAssembly.ImportValue> | undefined, name: string, ...args: Argument[]) {
  const imported = group?.[name];
  if (typeof imported !== 'function') throw new Error(`${name} is not imported`);
  return Number(imported(...args));
}

/** Describes imported functions, as WebAssembly.Module.imports does. */
function functions(names: readonly string[], module = 'wasi_snapshot_preview1'): WebAssembly.ModuleImportDescriptor[] {
  return names.map((name) => ({ module, name, kind: 'function' }));
}

const names = [
  ...['args_get', 'args_sizes_get', 'environ_get', 'environ_sizes_get', 'clock_time_get', 'random_get', 'sched_yield'],
  ...['fd_write', 'fd_prestat_get', 'fd_fdstat_get', 'fd_close', 'poll_oneoff', 'proc_exit'],
] as const;

function program() {
  const printed: [string, string][] = [];
  const wasi = new Wasi((stream, bytes) => printed.push([stream, new TextDecoder().decode(bytes)]));
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 4 });
  const imports = wasi.importsFor(functions([...names, 'path_open', 'sock_accept']));
  wasi.attach(memory);
  const call = (name: string, ...args: Argument[]) => callImport(imports.wasi_snapshot_preview1, name, ...args);
  return { wasi, memory, printed, call, view: () => new DataView(memory.buffer) };
}

/** Writes a subscription to a clock or a descriptor, and returns the address for the next one. */
function subscribe(view: DataView, at: number, { userdata = 0n, kind = 0, timeout = 0n, absolute = false }): number {
  view.setBigUint64(at, userdata, true);
  view.setUint8(at + 8, kind);
  view.setBigUint64(at + 24, timeout, true);
  view.setUint16(at + 40, absolute ? 1 : 0, true);
  return at + 48;
}

function timeOf({ call, view }: ReturnType<typeof program>): bigint {
  expect(call('clock_time_get', 0, 0n, 8)).toBe(0);
  return view().getBigUint64(8, true);
}

const second = 1_000_000_000n;

describe("a program's environment", () => {
  test('a program gets no arguments and no variables', () => {
    const { call, view } = program();
    for (const name of ['args_sizes_get', 'environ_sizes_get']) {
      view().setUint32(0, 7, true);
      view().setUint32(4, 7, true);
      expect(call(name, 0, 4)).toBe(0);
      expect([view().getUint32(0, true), view().getUint32(4, true)]).toEqual([0, 0]);
    }
    expect([call('args_get', 0, 0), call('environ_get', 0, 0), call('sched_yield')]).toEqual([0, 0, 0]);
  });

  test('a program gets no folder, and only the standard descriptors', () => {
    const { call, view } = program();
    expect(call('fd_prestat_get', 3, 0)).toBe(EBADF);
    expect([call('fd_fdstat_get', 1, 64), view().getUint8(64)]).toEqual([0, 2]);
    expect([call('fd_fdstat_get', 3, 64), call('fd_close', 3), call('fd_close', 2)]).toEqual([EBADF, EBADF, 0]);
    expect(call('fd_write', 3, 0, 0, 0)).toBe(EBADF);
  });

  test('a program gets nothing else: all other functions, from this module and other modules, return ENOSYS', () => {
    const { call, wasi } = program();
    expect([call('path_open', 1, 2, 3), call('sock_accept')]).toEqual([ENOSYS, ENOSYS]);
    const hostile = ['__proto__', 'constructor', 'toString', '__defineGetter__'];
    for (const from of hostile) {
      const imports = wasi.importsFor(functions(hostile, from));
      expect(Object.keys(imports)).toEqual([from]);
      expect(Object.keys(Object.getOwnPropertyDescriptor(imports, from)?.value)).toEqual(hostile);
      expect(Object.getPrototypeOf(imports)).toBe(Object.prototype);
    }
    const foreign = wasi.importsFor(functions(['fd_write', 'anything'], 'env')).env;
    expect([callImport(foreign, 'fd_write', 1), callImport(foreign, 'anything')]).toEqual([ENOSYS, ENOSYS]);
  });

  test('a program can get more random bytes than the platform returns in one request', () => {
    const { call, memory } = program();
    expect(call('random_get', 0, 2 * pageBytes)).toBe(0);
    const bytes = new Uint8Array(memory.buffer);
    expect(bytes.subarray(0, 32).some((byte) => byte !== 0)).toBe(true);
    expect(bytes.subarray(-32).some((byte) => byte !== 0)).toBe(true);
  });

  test("an address beyond a program's memory is an error, and nothing else is read", () => {
    const { call } = program();
    expect(() => call('random_get', 2 * pageBytes - 1, 2)).toThrow(RangeError);
    expect(() => call('fd_write', 1, 2 * pageBytes - 4, 1, 0)).toThrow(RangeError);
  });
});

describe('output', () => {
  test('output is passed on with its stream, even after the memory has grown', () => {
    const { call, memory, printed, view } = program();
    memory.grow(1);
    const at = 2 * pageBytes;
    new Uint8Array(memory.buffer).set(new TextEncoder().encode('hello world'), at);
    for (const [index, [from, length]] of [[at, 5] as const, [at + 5, 6] as const].entries()) {
      view().setUint32(8 * index, from, true);
      view().setUint32(8 * index + 4, length, true);
    }
    expect(call('fd_write', 1, 0, 2, 32)).toBe(0);
    expect(view().getUint32(32, true)).toBe(11);
    expect(call('fd_write', 2, 0, 1, 32)).toBe(0);
    expect(printed).toEqual([
      ['stdout', 'hello'],
      ['stdout', ' world'],
      ['stderr', 'hello'],
    ]);
  });

  test('proc_exit ends the program with its code', () => {
    const { call } = program();
    expect(() => call('proc_exit', 3)).toThrow(ProgramExit);
    expect(() => call('proc_exit', 3)).toThrow('exit code 3');
  });
});

describe('sleeping', () => {
  test('sleeping advances the clock, and ends at the earliest time', () => {
    const scene = program();
    scene.wasi.allowSleep(10_000);
    const before = timeOf(scene);
    let at = subscribe(scene.view(), 256, { userdata: 1n, timeout: 9n * second });
    at = subscribe(scene.view(), at, { userdata: 2n, timeout: 3n * second });
    subscribe(scene.view(), at, { userdata: 3n, kind: 1 });
    expect(scene.call('poll_oneoff', 256, 512, 3, 128)).toBe(0);
    expect(scene.view().getUint32(128, true)).toBe(1);
    expect(scene.view().getBigUint64(512, true)).toBe(2n);
    const slept = timeOf(scene) - before;
    expect(slept >= 3n * second && slept < 9n * second).toBe(true);
  });

  test('sleeping until a time works like sleeping for a duration', () => {
    const scene = program();
    scene.wasi.allowSleep(10_000);
    const until = timeOf(scene) + 5n * second;
    subscribe(scene.view(), 256, { userdata: 1n, timeout: until, absolute: true });
    expect(scene.call('poll_oneoff', 256, 512, 1, 128)).toBe(0);
    expect(timeOf(scene) >= until).toBe(true);
    expect(scene.call('poll_oneoff', 256, 512, 1, 128)).toBe(0); // that time has already passed
  });

  test('sleeping until the earlier of two times leaves the later time to another call', () => {
    const scene = program();
    scene.wasi.allowSleep(10_000);
    const now = timeOf(scene);
    const at = subscribe(scene.view(), 256, { userdata: 1n, timeout: now + 3n * second, absolute: true });
    subscribe(scene.view(), at, { userdata: 2n, timeout: now + 5n * second, absolute: true });
    expect(scene.call('poll_oneoff', 256, 512, 2, 128)).toBe(0);
    expect([scene.view().getUint32(128, true), scene.view().getBigUint64(512, true)]).toEqual([1, 1n]);
  });

  test('sleeping counts against the time limit, even in several steps', () => {
    const scene = program();
    scene.wasi.allowSleep(1000);
    subscribe(scene.view(), 256, { timeout: 600_000_000n });
    expect(scene.call('poll_oneoff', 256, 512, 1, 128)).toBe(0);
    expect(() => scene.call('poll_oneoff', 256, 512, 1, 128)).toThrow(SleptTooLong);
    scene.wasi.allowSleep(1000);
    expect(scene.call('poll_oneoff', 256, 512, 1, 128)).toBe(0);
  });

  test('sleeping for exactly the time limit is allowed, and a nanosecond more is not', () => {
    for (const [timeout, isAllowed] of [
      [second, true],
      [second + 1n, false],
    ] as const) {
      const scene = program();
      scene.wasi.allowSleep(1000);
      subscribe(scene.view(), 256, { timeout });
      const sleep = () => scene.call('poll_oneoff', 256, 512, 1, 128);
      if (isAllowed) expect(sleep()).toBe(0);
      else expect(sleep).toThrow(SleptTooLong);
    }
  });

  test('sleeping only for a descriptor is refused, because it would never end', () => {
    const scene = program();
    scene.wasi.allowSleep(1000);
    subscribe(scene.view(), 256, { kind: 1 });
    expect(scene.call('poll_oneoff', 256, 512, 1, 128)).toBe(ENOSYS);
  });
});
