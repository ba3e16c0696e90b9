// Keeps a Ray cluster's head running: restarts it when it exits, with the same token and ports. Slipway then redeploys its applications
// with the next call.
import { setTimeout as delay } from 'node:timers/promises';
import { restartDelayMs } from '../local/supervise.ts';
import type { RayHead } from './head.ts';

const stableMs = 60_000;

export class KeptHead {
  #head: RayHead;
  readonly #startHead: () => Promise<RayHead>;
  readonly #onLine: (line: string) => void;
  readonly #stopped = new AbortController();
  readonly #restarting: Promise<void>;

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

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([this.#head.stop(), this.#restarting]);
  }

  async #restartOnEnd(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted; failures++) {
      const upSince = performance.now();
      await this.#head.ended();
      if (signal.aborted) return;
      if (performance.now() - upSince > stableMs) failures = 0;
      const waitMs = restartDelayMs(failures);
      this.#onLine(`ended; restarting${waitMs > 0 ? ` in ${waitMs / 1000} s` : ''}`);
      // The head's leftover processes still hold its ports.
      await this.#head.stop();
      await delay(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await this.#startAgain();
    }
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
