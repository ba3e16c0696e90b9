// Runs gpu_watch.py, which reports the machine's GPUs and their use through the driver's library.
import { setTimeout as delay } from 'node:timers/promises';
import { gpuLimits } from '../../../src/contract/limits/gpus.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
import { ChildGroup } from '../programs/child-group.ts';
import { hostFolder, isolated } from '../programs/host-scripts.ts';
import { captureLines } from '../programs/line-capture.ts';
import { inheritedVariables } from '../sandbox/trusted-program.ts';
import { type CardUse, type Found, watchLineSchema } from './card.ts';

/** Time for the driver to answer. Without its persistence daemon, it first wakes each card. */
const findMs = 30_000;
/** The use is reported each second. */
const silenceMs = 30_000;
const againMs = 5000;
const lineCharsMax = 1024 * 1024;

export interface WatchPrograms {
  pythonExecutable: string;
  /** A Python module to use instead of the driver's library, for tests. */
  nvml: string | undefined;
}

export class GpuWatch {
  readonly #programs: WatchPrograms;
  readonly #onUse: (use: readonly CardUse[]) => void;
  readonly #onLost: (reason: string) => void;
  readonly #first = Promise.withResolvers<Found | string>();
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
    const timer = setTimeout(
      () => this.#first.resolve(`the driver does not answer within ${formatSeconds(findMs)}`),
      findMs,
    );
    this.#run();
    return this.#first.promise.finally(() => clearTimeout(timer));
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

  #run(): void {
    const { nvml, pythonExecutable } = this.#programs;
    const settings = JSON.stringify({ every_ms: gpuLimits.watchMs, module: nvml ?? null });
    const args = [...isolated, `${hostFolder}/gpu_watch.py`, settings];
    // The driver's libraries may be outside the system's folders.
    const env = inheritedVariables(['LD_LIBRARY_PATH']);
    const watch = new ChildGroup({ file: pythonExecutable, args, env, endSignal: 'SIGKILL' });
    let failure = 'gpu_watch.py ended';
    const silence = setTimeout(() => void watch.end('the driver does not answer'), silenceMs).unref();
    const { stdout, stderr } = watch.child;
    if (stdout)
      captureLines(stdout, lineCharsMax, (line) => {
        silence.refresh();
        const said = watchLineSchema.safeParse(parseJson(line)).data;
        if (!said) void watch.end('it printed something else');
        else if ('failure' in said) failure = said.failure;
        else if ('use' in said) this.#report(said.use);
        else this.#first.resolve(said.found);
        return 0;
      });
    if (stderr)
      captureLines(stderr, lineCharsMax, (line) => {
        failure = line;
        return 0;
      });
    void watch.exited.then((reason) => {
      clearTimeout(silence);
      this.#onEnd(watch.endedBy(reason) === 'itself' ? failure : reason);
    });
  }

  #report(use: readonly CardUse[]): void {
    this.#use = use;
    this.#onUse(use);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The first end without a find is the reason why there are no GPUs. */
  #onEnd(reason: string): void {
    this.#first.resolve(reason);
    this.#use = [];
    this.#onLost(reason);
    setTimeout(() => this.#run(), againMs).unref();
  }
}
