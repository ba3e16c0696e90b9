// Lets a command that follows something continue while the server doesn't answer, for example because it restarts.
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { following } from '../../contract/limits/event-streams.ts';
import { formatSeconds } from '../../core/quantities.ts';

const unanswered: ReadonlySet<number> = new Set([502, 503, 504]);

export class Outage {
  readonly #warn: (text: string) => void;
  readonly #now: () => number;
  #since: number | undefined;

  constructor(warn: (text: string) => void, now: () => number = () => performance.now()) {
    this.#warn = warn;
    this.#now = now;
  }

  /** Announces that the command waits. Throws any other error, and this one once the server hasn't answered for too long. */
  endure(error: unknown): void {
    const isOutage = error instanceof ConnectionError || (error instanceof ApiError && unanswered.has(error.status));
    if (!isOutage) throw error;
    if (this.#since === undefined) {
      this.#since = this.#now();
      this.#warn(`${error.message}; trying again for up to ${formatSeconds(following.outageMaxMs)}`);
    }
    if (this.#now() - this.#since > following.outageMaxMs) throw error;
  }

  /** Records an answer. A follower passes it as `onRequestId`, because a stream with nothing new is one too. */
  readonly end = (): void => {
    this.#since = undefined;
  };
}
