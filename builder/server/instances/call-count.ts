// Counts an instance's calls, and limits how many are in progress.
import { Refusal } from '../refusal.ts';
import type { Limits } from '../settings.ts';

/** A call in progress, for `leave`. Calls of one group entered before or after the same moment. */
export interface CountedCall {
  bytes: number;
  group: { calls: number; onEnd: () => void };
}

export class CallCount {
  readonly #limits: Pick<Limits, 'callsInFlight' | 'callBytesInFlight'>;
  #total = 0;
  #inFlight = 0;
  #bytesInFlight = 0;
  #group: CountedCall['group'] = { calls: 0, onEnd: () => {} };

  constructor(limits: Pick<Limits, 'callsInFlight' | 'callBytesInFlight'>) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a call. Throws a Refusal if the instance is at its limit. Each `enter` must be followed by a `leave`. */
  enter(bytes: number): CountedCall {
    const { callsInFlight, callBytesInFlight } = this.#limits;
    if (this.#inFlight >= callsInFlight || this.#bytesInFlight + bytes > callBytesInFlight) {
      throw new Refusal('instance-busy', `The instance already has ${this.#inFlight} calls in progress. Retry later.`);
    }
    this.#total++;
    this.#inFlight++;
    this.#bytesInFlight += bytes;
    this.#group.calls++;
    return { bytes, group: this.#group };
  }

  leave({ bytes, group }: CountedCall): void {
    this.#inFlight--;
    this.#bytesInFlight -= bytes;
    if (--group.calls === 0) group.onEnd();
  }

  /** Resolves when the calls that are in progress now have ended, or after `ms`. Calls that enter later are not waited for. */
  async currentEnded(ms: number): Promise<void> {
    const group = this.#group;
    if (group.calls === 0) return;
    this.#group = { calls: 0, onEnd: () => {} };
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      group.onEnd = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }
}
