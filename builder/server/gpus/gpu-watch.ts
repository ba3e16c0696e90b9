// Runs gpu_watch.py, which reports the machine's GPUs and their use through the driver's library.
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { gpuLimits } from '../../../src/contract/limits/gpus.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { hostFolder, isolated } from '../programs/host-scripts.ts';
import { type CardUse, type Found, watchLineSchema } from './card.ts';

/** Time for the driver to answer. Without its persistence daemon, it first wakes each card. */
const findMs = 30_000;
const againMs = 5000;

export interface WatchPrograms {
  pythonExecutable: string;
  /** A Python module to use instead of the driver's library, for tests. */
  nvml: string | undefined;
}

export class GpuWatch {
  readonly #programs: WatchPrograms;
  readonly #onUse: (use: readonly CardUse[]) => void;
  readonly #onLost: (reason: string) => void;
  #use: readonly CardUse[] = [];
  #waiting: (() => void)[] = [];

  /** Calls `onLost` when the use is no longer reported. It tries again until it is. */
  constructor(programs: WatchPrograms, onUse: (use: readonly CardUse[]) => void, onLost: (reason: string) => void) {
    this.#programs = programs;
    this.#onUse = onUse;
    this.#onLost = onLost;
  }

  /** Starts it. Returns what it found, or why it found nothing. */
  async start(): Promise<Found | string> {
    const found = Promise.withResolvers<Found | string>();
    const timer = setTimeout(() => found.resolve(`the driver does not answer within ${findMs / 1000} s`), findMs);
    this.#run(found.resolve);
    return found.promise.finally(() => clearTimeout(timer));
  }

  /** The last report. Empty before the first one. */
  get use(): readonly CardUse[] {
    return this.#use;
  }

  /** Resolves with the next report, or after `ms`. */
  async next(ms: number): Promise<void> {
    const reported = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await Promise.race([reported, delay(ms, undefined, { ref: false })]);
  }

  #run(onFirst: (found: Found | string) => void): void {
    const { nvml, pythonExecutable } = this.#programs;
    const settings = JSON.stringify({ every_ms: gpuLimits.watchMs, module: nvml ?? null });
    const args = [...isolated, `${hostFolder}/gpu_watch.py`, settings];
    const child = spawn(pythonExecutable, args, { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => {});
    let failure = 'gpu_watch.py ended';
    let wasFound = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = watchLineSchema.safeParse(parseJson(line)).data;
      if (!said) child.kill('SIGKILL');
      else if ('failure' in said) failure = said.failure;
      else if ('use' in said) this.#report(said.use);
      else {
        wasFound = true;
        onFirst(said.found);
      }
    });
    const onEnd = () => {
      if (!wasFound) onFirst(failure);
      else this.#startAgain(failure);
    };
    child.once('error', (error) => onFirst(error.message)).once('exit', onEnd);
    unref(child);
  }

  #report(use: readonly CardUse[]): void {
    this.#use = use;
    this.#onUse(use);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #startAgain(reason: string): void {
    this.#use = [];
    this.#onLost(reason);
    setTimeout(() => this.#run(() => {}), againMs).unref();
  }
}

/** It ends with the builder, which closes its standard input. */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
}
