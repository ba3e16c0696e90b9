// Limits concurrent work in total and per organization, so that hanging work occupies only its own organization's slots. Waiting
// organizations take turns.

/** Callers without an organization count as one organization. */
export type Organization = string | undefined;

/** Thrown if the organization already has as much waiting work as it may have. */
export class LineFull extends Error {
  override readonly name = 'LineFull';
}

interface Waiting {
  organization: Organization;
  start: () => void;
}

interface Share {
  running: number;
  /** When the organization last got a slot. */
  turn: number;
}

const noShare: Share = { running: 0, turn: 0 };

export class FairSlots {
  readonly #total: number;
  readonly #perOrganization: number;
  readonly #waitingMax: number;
  /** Shares of the organizations with running or waiting work. */
  readonly #shares = new Map<Organization, Share>();
  /** Waiting work in order of arrival. */
  readonly #waiting: Waiting[] = [];
  #taken = 0;
  #turn = 0;

  /** `waitingMax` limits an organization's waiting work. */
  constructor(total: number, perOrganization: number, waitingMax = Number.POSITIVE_INFINITY) {
    this.#total = total;
    this.#perOrganization = perOrganization;
    this.#waitingMax = waitingMax;
  }

  async run<Result>(organization: Organization, work: () => Promise<Result>): Promise<Result> {
    if (!this.#take(organization)) await this.#wait(organization);
    try {
      return await work();
    } finally {
      this.#release(organization);
    }
  }

  /** Waits for a slot, and returns a function that frees it. Rejects with a LineFull, or when the signal aborts. */
  async take(organization: Organization, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (!this.#take(organization)) await this.#wait(organization, signal);
    return () => this.#release(organization);
  }

  #wait(organization: Organization, signal?: AbortSignal): Promise<void> {
    const waits = this.#waiting.filter((waiting) => waiting.organization === organization).length;
    if (waits >= this.#waitingMax) throw new LineFull();
    return new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        this.#forget(organization);
        reject(signal?.reason);
      };
      const start = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const waiting = { organization, start };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  #take(organization: Organization): boolean {
    const { running } = this.#shareOf(organization);
    if (this.#taken >= this.#total || running >= this.#perOrganization) return false;
    this.#taken++;
    this.#shares.set(organization, { running: running + 1, turn: ++this.#turn });
    return true;
  }

  #release(organization: Organization): void {
    const { running, turn } = this.#shareOf(organization);
    this.#taken--;
    this.#shares.set(organization, { running: running - 1, turn });
    const next = this.#nextWaiting();
    if (next && this.#take(next.organization)) {
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.start();
    }
    this.#forget(organization);
  }

  #forget(organization: Organization): void {
    const isGone = this.#shareOf(organization).running === 0 && !this.#waits(organization);
    if (isGone) this.#shares.delete(organization);
  }

  /**
   * Returns the first waiting work of the organization with the least running work. In a tie, the organization whose last turn was
   * longest ago wins.
   */
  #nextWaiting(): Waiting | undefined {
    return this.#waiting.reduce<Waiting | undefined>(
      (best, one) => (best && !this.#goesBefore(one.organization, best.organization) ? best : one),
      undefined,
    );
  }

  #goesBefore(one: Organization, other: Organization): boolean {
    const [a, b] = [this.#shareOf(one), this.#shareOf(other)];
    return a.running < b.running || (a.running === b.running && a.turn < b.turn);
  }

  #waits(organization: Organization): boolean {
    return this.#waiting.some((waiting) => waiting.organization === organization);
  }

  #shareOf(organization: Organization): Share {
    return this.#shares.get(organization) ?? noShare;
  }
}
