// Lets a command that follows something go on while the server doesn't answer, for example because it restarts.
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { following } from '../../contract/limits/event-streams.ts';

const unanswered: ReadonlySet<number> = new Set([502, 503, 504]);

export class Outage {
  readonly #now: () => number;
  #since: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Throws any other error, and this one once the server hasn't answered for too long. */
  endure(error: unknown): void {
    const isOutage = error instanceof ConnectionError || (error instanceof ApiError && unanswered.has(error.status));
    if (!isOutage) throw error;
    this.#since ??= this.#now();
    if (this.#now() - this.#since > following.outageMaxMs) throw error;
  }

  end(): void {
    this.#since = undefined;
  }
}
