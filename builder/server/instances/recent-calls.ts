// Records recent call IDs, so that a call that is resent after a broken connection doesn't run a handler twice (D47).
import type { BuilderErrorCode } from '../../../src/contract/builder/errors.ts';
import { Refusal } from '../core/refusal.ts';

/** Refusals of calls that have reached the plugin. After any other refusal, the call may be sent again. */
const reached: ReadonlySet<BuilderErrorCode> = new Set([
  'instance-crashed',
  'instance-killed',
  'answer-invalid',
  'call-timeout',
  'call-cancelled',
]);

export class RecentCalls {
  readonly #memoryMs: number;
  readonly #now: () => number;
  readonly #running = new Set<string>();
  /** Calls that ended in this period, and in the previous one. */
  #ended = new Set<string>();
  #endedBefore = new Set<string>();
  #periodEndsAt = 0;

  /** Keeps IDs for `memoryMs` to twice `memoryMs` after the call ends. */
  constructor(memoryMs: number, now: () => number) {
    this.#memoryMs = memoryMs;
    this.#now = now;
  }

  /**
   * Throws a Refusal if a call with this ID is running or may have run. Any other refusal would tell the sender that the call hasn't
   * run.
   */
  refuseRepeated(id: string): void {
    this.#forgetOld();
    if (this.#running.has(id) || this.#ended.has(id) || this.#endedBefore.has(id))
      throw new Refusal('call-repeated', 'The builder already received this call and does not run it again.');
  }

  /** Runs the call. Rejects with a Refusal if the ID is repeated. */
  async run<Answer>(id: string, call: () => Promise<Answer>): Promise<Answer> {
    this.refuseRepeated(id);
    this.#running.add(id);
    try {
      const answer = await call();
      this.#ended.add(id);
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal) || reached.has(error.code)) this.#ended.add(id);
      throw error;
    } finally {
      this.#running.delete(id);
    }
  }

  #forgetOld(): void {
    const now = this.#now();
    if (now < this.#periodEndsAt) return;
    const isNext = now < this.#periodEndsAt + this.#memoryMs;
    this.#endedBefore = isNext ? this.#ended : new Set();
    this.#ended = new Set();
    this.#periodEndsAt = now + this.#memoryMs;
  }
}
