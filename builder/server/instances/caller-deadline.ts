// Ends a call when its caller stops waiting, before the plugin's own time limit. Work that can't be cancelled, such as a thread, may
// run until that limit, so an impatient caller doesn't end the process.
import { formatSeconds } from '../../../src/core/quantities.ts';
import { Refusal } from '../core/refusal.ts';
import type { PluginCall } from '../processes/plugin-call.ts';

export class CallerDeadline {
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor({ cancellation, timeLeftMs }: PluginCall, limitMs: number) {
    const isShorter = timeLeftMs !== undefined && timeLeftMs < limitMs;
    this.#limitMs = isShorter ? timeLeftMs : limitMs;
    if (!isShorter) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      cancellation.cancel();
    }, timeLeftMs);
  }

  /** A call cancelled at the deadline has timed out. */
  errorFor(error: unknown): unknown {
    const isCancelled = error instanceof Refusal && error.code === 'call-cancelled';
    if (!this.#isOver || !isCancelled) return error;
    return new Refusal('call-timeout', `No response within ${this.#limitMs} ms.`);
  }

  /** Returns a line for the author's log, because only the caller gets the error. */
  get logLine(): string {
    const reason = this.#timer === undefined ? '' : ", which is its caller's time limit";
    return `A call did not end within ${formatSeconds(this.#limitMs)}${reason}.`;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
