// Stops all started processes, in reverse order and only once. npm forwards signals to its scripts, but a SIGKILL sent to npm leaves
// them running.
import { print } from '../machine/terminal.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** After this time, the process exits even if something is still running. */
const timeoutMs = 15_000;
const npmPollMs = 500;

export class Shutdown {
  readonly #steps: (() => unknown)[] = [];
  readonly #explain: (error: unknown) => Promise<string>;
  #begun = false;
  #hasFailed = false;

  /** `explain` returns what to print of an error. */
  constructor(explain: (error: unknown) => Promise<string>) {
    this.#explain = explain;
    for (const signal of signals) process.on(signal, () => void this.stop(0));
    process.on('uncaughtException', (error) => void this.fail(error));
  }

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async fail(error: unknown): Promise<void> {
    if (this.#begun || this.#hasFailed) return;
    this.#hasFailed = true;
    process.stderr.write(`slipway: ${await this.#explain(error)}\n`);
    await this.stop(1);
  }

  async stop(exitCode: number): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    print('\nStopping…');
    setTimeout(() => process.exit(1), timeoutMs).unref();
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`slipway: error while stopping: ${error}\n`);
      }
    }
    print('Stopped.');
    process.exit(exitCode);
  }
}

/**
 * Calls `onExit` once when npm is no longer this process's parent. The npm script uses `exec`, so there is no shell in between. Does
 * nothing if npm didn't start this process.
 */
export function onNpmExit(onExit: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    onExit();
  }, npmPollMs).unref();
}
