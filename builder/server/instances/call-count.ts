// How many calls an instance had and has, with the bound on what it holds at a time.
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

  /** Throws a Refusal when that would be too much at a time. Each `enter` is followed by a `leave` of as many bytes. */
  enter(bytes: number): void {
    const { callsInFlight, callBytesInFlight } = this.#limits;
    if (this.#inFlight >= callsInFlight || this.#bytesInFlight + bytes > callBytesInFlight) {
      throw new Refusal('instance-busy', `the instance has ${this.#inFlight} calls already`);
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

  /** Resolves when no call is in flight, or after `ms`. */
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
