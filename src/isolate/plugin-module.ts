// Runs a plugin compiled to WebAssembly: instantiates the module, passes it calls, and discards the instance after a call that may have
// damaged it. The other side, builder/host-go/slipwayhost/exports_wasip1.go, is part of the module, so it isn't trusted.
import { isolateLimits } from '../contract/limits/isolates.ts';
import { raisedBy } from '../contract/limits/limit-texts.ts';
import { formatMiB } from '../core/quantities.ts';
import { CallOutput, type PrintLine } from './output.ts';
import { ProgramExit, SleptTooLong, Wasi } from './wasi.ts';

/** Same codes as the builder's errors. */
export interface CallFailure {
  code: 'call-timeout' | 'instance-crashed' | 'answer-invalid';
  message: string;
}

export type CallOutcome = { answer: Uint8Array<ArrayBuffer> } | { error: CallFailure };

type NumberFunction = (...args: number[]) => number;

interface Attempt {
  timeLimitMs: number;
  when: 'while it was loaded' | 'during the call';
}

interface Instance {
  memory: WebAssembly.Memory;
  call: Record<'alloc' | 'call' | 'result' | 'result_len' | 'free' | 'goroutines', NumberFunction>;
  wasi: Wasi;
  goroutines: number;
}

const hello = new TextEncoder().encode('{"method":"hello","params":{"kind":"pipeline"}}');
/** How the answer to a call that panicked starts. */
const panicked = new TextEncoder().encode('{"error":{"code":"plugin_panic"');

export class PluginModule {
  readonly #module: WebAssembly.Module;
  #instance: Instance | undefined;
  #hello: Uint8Array<ArrayBuffer> | undefined;
  #output = new CallOutput(() => {});

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Creates an instance unless there is one, and returns the plugin's description of itself. */
  load(timeLimitMs: number, print: PrintLine): CallOutcome {
    return this.#guarded({ timeLimitMs, when: 'while it was loaded' }, print, () => {
      this.#loaded(timeLimitMs);
      return this.#hello ?? new Uint8Array();
    });
  }

  /** Runs one call. The message is an Operation as JSON. */
  call(message: Uint8Array, timeLimitMs: number, print: PrintLine): CallOutcome {
    return this.#guarded({ timeLimitMs, when: 'during the call' }, print, () => {
      const instance = this.#loaded(timeLimitMs);
      instance.wasi.allowSleep(timeLimitMs);
      const answer = exchange(instance, message);
      this.#discardIfDamaged(instance, answer, print);
      return answer;
    });
  }

  /** Runs plugin code. A fault discards the instance and is returned as the call's error. */
  #guarded(attempt: Attempt, print: PrintLine, run: () => Uint8Array<ArrayBuffer>): CallOutcome {
    const output = new CallOutput(print);
    this.#output = output;
    try {
      return { answer: run() };
    } catch (error) {
      this.#instance = undefined;
      output.end();
      return { error: failureOf(error, output.reason, attempt) };
    } finally {
      output.end();
    }
  }

  #loaded(timeLimitMs: number): Instance {
    if (this.#instance) return this.#instance;
    const wasi = new Wasi((stream, bytes) => this.#output.write(stream, bytes));
    const { exports } = new WebAssembly.Instance(
      this.#module,
      wasi.importsFor(WebAssembly.Module.imports(this.#module)),
    );
    const memory = exports.memory;
    if (!(memory instanceof WebAssembly.Memory)) throw new InvalidAnswer('The module exports no memory.');
    wasi.attach(memory);
    wasi.allowSleep(timeLimitMs);
    functionOf(exports, '_initialize')();
    const named = (name: string) => functionOf(exports, `slipway_${name}`);
    const call = {
      alloc: named('alloc'),
      call: named('call'),
      result: named('result'),
      result_len: named('result_len'),
      free: named('free'),
      goroutines: named('goroutines'),
    };
    const instance = { memory, call, wasi, goroutines: 0 };
    this.#hello = exchange(instance, hello);
    instance.goroutines = call.goroutines();
    this.#instance = instance;
    return instance;
  }

  /** Discards a damaged instance, so that the next call gets a new one. The current call's answer stays valid. */
  #discardIfDamaged(instance: Instance, answer: Uint8Array, print: PrintLine): void {
    const damage = damageOf(instance, answer);
    if (damage === undefined) return;
    this.#instance = undefined;
    if (damage !== '') print('host', damage);
  }
}

/** The plugin returned no valid answer, or one of its exports isn't a function. */
class InvalidAnswer extends Error {}

function functionOf(exports: WebAssembly.Exports, name: string): NumberFunction {
  const exported = exports[name];
  if (typeof exported !== 'function') throw new InvalidAnswer(`The module exports no ${name}.`);
  return (...args) => Number(exported(...args));
}

function exchange({ memory, call }: Instance, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = call.alloc(message.length) >>> 0;
  new Uint8Array(memory.buffer, at, message.length).set(message);
  const handle = call.call(at, message.length);
  const length = call.result_len(handle) >>> 0;
  if (length > isolateLimits.answerBytes)
    throw new InvalidAnswer(
      `The plugin's answer has ${length} bytes; the limit is ${isolateLimits.answerBytes}. ${raisedBy.answer}`,
    );
  // Memory growth replaces the buffer, so read it only now.
  const answer = new Uint8Array(memory.buffer, call.result(handle) >>> 0, length).slice();
  call.free(handle);
  return answer;
}

/** Returns why the instance is no longer usable; an empty string if the answer already says so. */
function damageOf(instance: Instance, answer: Uint8Array): string | undefined {
  if (panicked.every((byte, at) => answer[at] === byte)) return '';
  const before = instance.goroutines;
  let left: number;
  try {
    instance.goroutines = instance.call.goroutines();
    left = instance.goroutines - before;
  } catch (error) {
    return `A goroutine that the call left behind ended the plugin: ${error instanceof Error ? error.message : error}. It is started again.`;
  }
  if (left > 0)
    return `The call left ${left} ${left === 1 ? 'goroutine' : 'goroutines'} behind. The plugin is started again.`;
  const bytes = instance.memory.buffer.byteLength;
  if (bytes <= isolateLimits.keptMemoryBytes) return undefined;
  return `The plugin has grown to ${formatMiB(bytes)} of memory. It is started again.`;
}

function failureOf(error: unknown, reason: string | undefined, { timeLimitMs, when }: Attempt): CallFailure {
  if (error instanceof SleptTooLong)
    return { code: 'call-timeout', message: `The plugin slept beyond its time limit of ${timeLimitMs} ms.` };
  if (error instanceof InvalidAnswer) return { code: 'answer-invalid', message: error.message };
  const cause = reason ?? (error instanceof ProgramExit ? error.message : String(error));
  const isOutOfMemory = /out of memory|cannot allocate memory/.test(cause);
  const limit = isOutOfMemory
    ? ` It may use ${formatMiB(isolateLimits.memoryPagesMax * 2 ** 16)} in an isolate. ${raisedBy.isolateMemory}`
    : '';
  return { code: 'instance-crashed', message: `The plugin ended ${when}: ${cause.replace(/[.!]$/, '')}.${limit}` };
}
