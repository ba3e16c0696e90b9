// Counts an instance's calls, and limits how many are in progress.
import { Refusal } from '../refusal.ts';
import type { Limits } from '../settings.ts';

export class CallCount {
  readonly #limits: Pick<Limits, 'callsInFlight' | 'callBytesInFlight'>;
  #total = 0;
  #inFlight = 0;
  #bytesInFlight = 0;
  #onIdle: () => void = () => {};

  constructor(limits: Pick<Limits, 'callsInFlight' | 'callBytesInFlight'>) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Counts a call. Throws a Refusal if the instance is at its limit. Each `enter` must be followed by a `leave` with the same
   * size.
   */
  enter(bytes: number): void {
    const { callsInFlight, callBytesInFlight } = this.#limits;
    if (this.#inFlight >= callsInFlight || this.#bytesInFlight + bytes > callBytesInFlight) {
      throw new Refusal('instance-busy', `The instance already has ${this.#inFlight} calls in progress. Retry later.`);
    }
    this.#total++;
    this.#inFlight++;
    this.#bytesInFlight += bytes;
  }

  leave(bytes: number): void {
    this.#inFlight--;
    this.#bytesInFlight -= bytes;
    if (this.#inFlight === 0) this.#onIdle();
  }

  /** Resolves when no call is in progress, or after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.#inFlight === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
