// Keeps a Ray cluster's head running: restarts it when it exits, with the same token and ports. Slipway then redeploys its applications
// with the next call. On a busy machine, a head may also exit while it starts, since Ray gives its node 30 s to register.
import { setTimeout as delay } from 'node:timers/promises';
import { formatSeconds } from '../../src/core/quantities.ts';
import { restartDelayMs } from '../local/supervise.ts';
import type { RayHead } from './head.ts';

const stableMs = 60_000;
/** More heads than this that don't respond mean that something else is wrong. */
const startsMax = 5;
/** Ray's traceback ends with the reason. */
const shownLines = 12;

export class KeptHead {
  #head: RayHead;
  readonly #startHead: () => Promise<RayHead>;
  readonly #onLine: (line: string) => void;
  readonly #stopped = new AbortController();
  readonly #restarting: Promise<void>;
  /** Resolves when the head has been restarted, or couldn't be. */
  #restarted = Promise.withResolvers<void>();

  /** `startHead` starts another head with the same settings as the first one. */
  constructor(first: RayHead, startHead: () => Promise<RayHead>, onLine: (line: string) => void) {
    this.#head = first;
    this.#startHead = startHead;
    this.#onLine = onLine;
    this.#restarting = this.#restartOnEnd();
  }

  get current(): RayHead {
    return this.#head;
  }

  /** Returns a head that responds. If one exits first, says why and waits for the next one. Throws if several don't respond. */
  async ready(): Promise<RayHead> {
    for (let starts = 1; ; starts++) {
      const { promise: restarted } = this.#restarted;
      const head = this.#head;
      try {
        await head.ready();
        return head;
      } catch (error) {
        if (starts === startsMax || this.#stopped.signal.aborted) throw error;
        this.#printEnd(error);
      }
      await head.stop();
      await restarted;
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([this.#head.stop(), this.#restarting]);
  }

  async #restartOnEnd(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; ; failures++) {
      const upSince = performance.now();
      await this.#head.ended();
      if (signal.aborted) break;
      if (performance.now() - upSince > stableMs) failures = 0;
      const waitMs = restartDelayMs(failures);
      this.#onLine(`ended; restarting${waitMs > 0 ? ` in ${formatSeconds(waitMs)}` : ''}`);
      // The head's leftover processes still hold its ports.
      await this.#head.stop();
      await delay(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      await this.#startAgain();
      this.#restarted.resolve();
      this.#restarted = Promise.withResolvers();
    }
    this.#restarted.resolve();
  }

  #printEnd(error: unknown): void {
    const lines = (error instanceof Error ? error.message : String(error)).trimEnd().split('\n');
    for (const line of lines.slice(-shownLines)) this.#onLine(line);
  }

  /** Treats a head that couldn't be started like one that has exited. */
  async #startAgain(): Promise<void> {
    try {
      this.#head = await this.#startHead();
    } catch (error) {
      this.#onLine(`did not start: ${error instanceof Error ? error.message : error}`);
      return;
    }
    if (this.#stopped.signal.aborted) await this.#head.stop();
  }
}
