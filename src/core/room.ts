// Limits what an isolate's requests and messages hold in memory together, since they share 128 MB.

interface Place {
  amount: number;
  owner: string | undefined;
  until: number;
}

interface Waiting {
  /** Undefined for work that takes no turns. */
  owner: string | undefined;
  amount: number;
  seenAt: number;
}

/** A reservation. */
export interface Held {
  readonly room: Room;
  /** Signals activity. */
  keep(): void;
  /** Releases the part that turned out to be unneeded. */
  shrinkTo(amount: number): void;
  /** Reserves more, if it is available immediately. */
  growTo(amount: number): boolean;
  leave(): void;
}

/** A reservation with a timer, which also watches over what arrives in it. */
export interface WatchedPlace extends Held {
  /** Called by the timer. */
  look: (() => void) | undefined;
}

export interface Entering {
  owner?: string | undefined;
  /** Skips the turns, and may use the share reserved for small work. */
  isSmall?: boolean | undefined;
  /** Called repeatedly while the work waits. May throw to stop waiting. */
  whileWaiting?: () => Promise<void>;
}

interface RoomOptions {
  size: number;
  /** An aborted request may never release its reservation. It is freed after this time without activity. */
  heldMs: number;
  /** Maximum per owner. */
  perOwner?: number;
  /** Share that only small work may use. */
  keptForSmall?: number;
}

/** Time until waiting work checks again. It polls because in workerd one request can't wake another. */
const pollMs = { min: 20, max: 100 };
/** Waiting work that hasn't checked within this time belongs to an aborted request. */
const seenMs = 500;
/** Activity signals per timeout period. */
const signsOfLife = 5;
/** How often to look for reservations and waiting work without activity. */
const lapseMs = 100;
/** Owners whose last turn is remembered. */
const ownersMax = 1000;

export class Room {
  readonly #heldMs: number;
  readonly #size: number;
  readonly #perOwner: number;
  readonly #forLarge: number;
  readonly #places = new Set<Place>();
  #taken = 0;
  /** Amount reserved per owner. */
  readonly #takenBy = new Map<string, number>();
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>();
  /** Number of each owner's last turn. */
  readonly #turns = new Map<string, number>();
  #turn = 0;
  #waitedAt = Number.NEGATIVE_INFINITY;
  #lapsedAt = Number.NEGATIVE_INFINITY;

  constructor({ size, heldMs, perOwner = size, keptForSmall = 0 }: RoomOptions) {
    this.#size = size;
    this.#heldMs = heldMs;
    this.#perOwner = perOwner;
    this.#forLarge = size - keptForSmall;
  }

  /** Amount currently reserved. */
  get taken(): number {
    return this.#taken;
  }

  /** Waits for memory, then runs the work, which holds its reservation until it ends. */
  async use<Result>(amount: number, work: () => Promise<Result>, owner?: string): Promise<Result> {
    const { keep, leave } = await this.enter(amount, { owner });
    const alive = setInterval(keep, this.#heldMs / signsOfLife);
    try {
      return await work();
    } finally {
      clearInterval(alive);
      leave();
    }
  }

  /**
   * Waits for memory and reserves it. A request above the maximum gets the maximum. Owners with waiting work take turns, however much
   * one of them has queued; small work, and work without an owner, goes wherever it fits.
   */
  async enter(amount: number, entering: Entering = {}): Promise<Held> {
    const { owner, isSmall = false, whileWaiting = async () => {} } = entering;
    const most = isSmall ? this.#size : this.#forLarge;
    const place: Place = { amount: Math.min(amount, most, this.#mostOf(owner)), owner, until: 0 };
    const own: Waiting = { owner: isSmall ? undefined : owner, amount: place.amount, seenAt: 0 };
    while (!this.#fits(place.amount, most, owner) || !this.#isNext(own)) {
      this.#waitedAt = Date.now();
      this.#waiting.add(Object.assign(own, { seenAt: Date.now() }));
      await new Promise((resolve) => setTimeout(resolve, this.#pollMs()));
      await whileWaiting().catch((cause: unknown) => {
        this.#waiting.delete(own);
        throw cause;
      });
    }
    this.#tookTurn(own);
    this.#places.add(place);
    this.#count(owner, place.amount);
    return this.#heldAs(place);
  }

  #heldAs(place: Place): Held {
    const keep = () => {
      place.until = Date.now() + this.#heldMs;
    };
    const resize = (amount: number) => {
      if (this.#places.has(place)) this.#count(place.owner, amount - place.amount);
      place.amount = amount;
    };
    keep();
    return {
      room: this,
      keep,
      shrinkTo: (needed) => resize(Math.min(place.amount, needed)),
      growTo: (needed) => {
        if (needed <= place.amount) return true;
        const fits = this.#fits(needed - place.amount, this.#forLarge, place.owner);
        if (fits) resize(needed);
        else this.#waitedAt = Date.now();
        return fits;
      },
      leave: () => this.#remove(place),
    };
  }

  /** Returns whether any work waits for memory. */
  isWaitedFor(): boolean {
    return Date.now() - this.#waitedAt < seenMs;
  }

  /**
   * The more work waits, the less often each checks, because a check looks at all of it. How long it has waited plays no part: checking
   * less often, it would be passed by new work.
   */
  #pollMs(): number {
    return Math.min(Math.max(pollMs.min, this.#waiting.size), pollMs.max);
  }

  #mostOf(owner: string | undefined): number {
    return owner === undefined ? this.#size : this.#perOwner;
  }

  #fits(amount: number, most: number, owner: string | undefined): boolean {
    const does = () => this.#taken + amount <= most && this.#heldBy(owner) + amount <= this.#mostOf(owner);
    if (does()) return true;
    this.#removeLapsed();
    return does();
  }

  #heldBy(owner: string | undefined): number {
    return owner === undefined ? 0 : (this.#takenBy.get(owner) ?? 0);
  }

  #count(owner: string | undefined, amount: number): void {
    this.#taken += amount;
    if (owner === undefined) return;
    const held = this.#heldBy(owner) + amount;
    if (held > 0) this.#takenBy.set(owner, held);
    else this.#takenBy.delete(owner);
  }

  #remove(place: Place): void {
    if (this.#places.delete(place)) this.#count(place.owner, -place.amount);
  }

  #removeLapsed(): void {
    const now = Date.now();
    if (now - this.#lapsedAt < lapseMs) return;
    this.#lapsedAt = now;
    for (const place of this.#places) if (place.until <= now) this.#remove(place);
    for (const waiting of this.#waiting) if (waiting.seenAt < now - seenMs) this.#waiting.delete(waiting);
  }

  #tookTurn(own: Waiting): void {
    this.#waiting.delete(own);
    if (own.owner === undefined) return;
    if (this.#turns.size >= ownersMax) this.#turns.clear();
    this.#turns.set(own.owner, ++this.#turn);
  }

  /** Returns whether no other owner goes first: one with a smaller reservation, an earlier turn, or an earlier arrival. */
  #isNext(own: Waiting): boolean {
    if (own.owner === undefined) return true;
    const seenSince = Date.now() - seenMs;
    let came = 0;
    const [held, turn] = this.#rankOf(own.owner);
    for (const other of this.#waiting) {
      const { amount, owner, seenAt } = other;
      if (other === own) came = 1;
      if (owner === undefined || owner === own.owner || seenAt < seenSince) continue;
      const [otherHeld, otherTurn] = this.#rankOf(owner);
      if (otherHeld + amount <= this.#perOwner) {
        const order = otherHeld - held || otherTurn - turn || came - 0.5;
        if (order < 0) return false;
      }
    }
    return true;
  }

  #rankOf(owner: string): [held: number, turn: number] {
    return [this.#heldBy(owner), this.#turns.get(owner) ?? 0];
  }
}
