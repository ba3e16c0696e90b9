// Implements the part of WASI preview 1 that Go's runtime calls, for a program without arguments, environment variables, files or
// network. Every other function returns ENOSYS. Time stands still while code runs in an isolate, so sleeping advances the program's own
// clock instead.

const success = 0;
const badDescriptor = 8;
const notImplemented = 52;

const standardOutput = 1;
const standardError = 2;
const characterDevice = 2;

/** Sizes and offsets in the structs of `poll_oneoff`. */
const subscriptionBytes = 48;
const eventBytes = 32;
const clockSubscription = 0;
const absoluteTime = 1;

/** Most bytes that one `crypto.getRandomValues` call accepts. */
const randomBytesMax = 65_536;
const nanosecondsPerMs = 1_000_000n;

export type OutputStream = 'stdout' | 'stderr';

/** The program called proc_exit, as Go's runtime does after an unrecovered panic. */
export class ProgramExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/** The program slept longer than the call's remaining time. */
export class SleptTooLong extends Error {}

export class Wasi {
  readonly #write: (stream: OutputStream, bytes: Uint8Array) => void;
  #memory: WebAssembly.Memory | undefined;
  #sleptNs = 0n;
  #sleepLeftNs = 0n;

  /** `write` gets each piece of output as a view of memory that the program may change later. */
  constructor(write: (stream: OutputStream, bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Returns a module's imports; functions not implemented here return ENOSYS. */
  importsFor(imported: readonly WebAssembly.ModuleImportDescriptor[]): WebAssembly.Imports {
    const known = this.#functions();
    const groups = new Map<string, Map<string, WebAssembly.ImportValue>>();
    for (const { module: from, name, kind } of imported) {
      if (kind !== 'function') continue;
      const group = groups.get(from) ?? new Map<string, WebAssembly.ImportValue>();
      groups.set(from, group);
      group.set(name, (from === 'wasi_snapshot_preview1' && known.get(name)) || (() => notImplemented));
    }
    // Unlike an assignment, this makes `__proto__` an ordinary property.
    return Object.fromEntries([...groups].map(([from, group]) => [from, Object.fromEntries(group)]));
  }

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** Sets how long the program may sleep from now on. */
  allowSleep(ms: number): void {
    this.#sleepLeftNs = BigInt(Math.max(0, Math.ceil(ms))) * nanosecondsPerMs;
  }

  #functions(): Map<string, (...args: number[]) => number> {
    return new Map<string, (...args: number[]) => number>([
      ['args_get', () => success],
      ['args_sizes_get', (count = 0, bytes = 0) => this.#writeSizes(count, bytes)],
      ['environ_get', () => success],
      ['environ_sizes_get', (count = 0, bytes = 0) => this.#writeSizes(count, bytes)],
      ['random_get', (at = 0, length = 0) => this.#fillRandom(at, length)],
      ['sched_yield', () => success],
      ['fd_prestat_get', () => badDescriptor],
      ['fd_close', (fd = 0) => (fd > standardError ? badDescriptor : success)],
      ['fd_fdstat_get', (fd = 0, at = 0) => this.#writeDescriptor(fd, at)],
      ['fd_write', (fd = 0, vectors = 0, count = 0, written = 0) => this.#writeOutput(fd, { vectors, count, written })],
      [
        'proc_exit',
        (code = 0) => {
          throw new ProgramExit(code);
        },
      ],
      // The precision comes second, as a 64-bit integer.
      ['clock_time_get', (_clock, _precision, at = 0) => this.#writeTime(at)],
      ['poll_oneoff', (from = 0, to = 0, count = 0, ready = 0) => this.#sleep({ from, to, count, ready })],
    ]);
  }

  /** Memory growth replaces the buffer, so no view outlives a call. */
  #view(): DataView {
    return new DataView(this.#buffer());
  }

  #buffer(): ArrayBuffer {
    if (!this.#memory) throw new Error('The program has no memory');
    return this.#memory.buffer;
  }

  #writeSizes(count: number, bytes: number): number {
    const view = this.#view();
    view.setUint32(count >>> 0, 0, true);
    view.setUint32(bytes >>> 0, 0, true);
    return success;
  }

  #fillRandom(at: number, length: number): number {
    const target = new Uint8Array(this.#buffer(), at >>> 0, length >>> 0);
    for (let from = 0; from < target.length; from += randomBytesMax)
      crypto.getRandomValues(target.subarray(from, from + randomBytesMax));
    return success;
  }

  #writeDescriptor(fd: number, at: number): number {
    if (fd > standardError) return badDescriptor;
    new Uint8Array(this.#buffer(), at >>> 0, 24).fill(0);
    this.#view().setUint8(at >>> 0, characterDevice);
    return success;
  }

  #writeOutput(fd: number, { vectors, count, written }: Record<'vectors' | 'count' | 'written', number>): number {
    if (fd !== standardOutput && fd !== standardError) return badDescriptor;
    const view = this.#view();
    let total = 0;
    for (let index = 0; index < count >>> 0; index++) {
      const at = (vectors >>> 0) + 8 * index;
      const bytes = new Uint8Array(this.#buffer(), view.getUint32(at, true), view.getUint32(at + 4, true));
      this.#write(fd === standardOutput ? 'stdout' : 'stderr', bytes);
      total += bytes.length;
    }
    view.setUint32(written >>> 0, total, true);
    return success;
  }

  #now(): bigint {
    return BigInt(Date.now()) * nanosecondsPerMs + this.#sleptNs;
  }

  #writeTime(at: number): number {
    this.#view().setBigUint64(at >>> 0, this.#now(), true);
    return success;
  }

  /** Ends the earliest sleep by advancing the clock. Descriptors never become ready. */
  #sleep({ from, to, count, ready }: Record<'from' | 'to' | 'count' | 'ready', number>): number {
    const view = this.#view();
    const waits = Array.from({ length: count >>> 0 }, (_, index) =>
      readWait(view, (from >>> 0) + subscriptionBytes * index),
    );
    const delays = waits.flatMap(({ delay }) => (delay === undefined ? [] : [delay(this.#now())]));
    const [first] = delays.sort((a, b) => (a < b ? -1 : 1));
    if (first === undefined) return notImplemented;
    if (first > this.#sleepLeftNs) throw new SleptTooLong();
    const before = this.#now();
    this.#sleepLeftNs -= first;
    this.#sleptNs += first;
    const over = waits.filter(({ delay }) => delay !== undefined && delay(before) <= first);
    for (const [index, { userdata }] of over.entries()) {
      const at = (to >>> 0) + eventBytes * index;
      new Uint8Array(this.#buffer(), at, eventBytes).fill(0);
      view.setBigUint64(at, userdata, true);
      view.setUint8(at + 10, clockSubscription);
    }
    view.setUint32(ready >>> 0, over.length, true);
    return success;
  }
}

interface Wait {
  userdata: bigint;
  /** Returns the wait that remains at a given time. Undefined if it waits for a descriptor. */
  delay: ((now: bigint) => bigint) | undefined;
}

function readWait(view: DataView, at: number): Wait {
  const userdata = view.getBigUint64(at, true);
  if (view.getUint8(at + 8) !== clockSubscription) return { userdata, delay: undefined };
  const timeout = view.getBigUint64(at + 24, true);
  const isAbsolute = (view.getUint16(at + 40, true) & absoluteTime) !== 0;
  return { userdata, delay: (now) => (!isAbsolute ? timeout : timeout > now ? timeout - now : 0n) };
}
