// Limits what an isolate's requests and messages hold in memory together, since they share 128 MB.

interface Place {
  amount: number;
  owner: string | undefined;
  until: number;
}

interface Waiting {
  owner: string;
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

/** How often a waiting request checks again, at most and at least: in workerd, one request can't wake another. */
const pollMs = { min: 20, max: 100 };
/** Waiting work that hasn't checked within this time belongs to an aborted request. */
const seenMs = 500;
/** Activity signals per timeout period. */
const signsOfLife = 5;
/** How often to look for reservations without activity. */
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
  /** Waiting work with an owner, in order of arrival. */
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
    const own = owner === undefined || isSmall ? undefined : { owner, amount: place.amount, seenAt: 0 };
    while (!this.#fits(place.amount, most, owner) || !this.#isNext(own)) {
      this.#waitedAt = Date.now();
      if (own) this.#waiting.add(Object.assign(own, { seenAt: Date.now() }));
      await new Promise((resolve) => setTimeout(resolve, this.#pollMs()));
      await whileWaiting().catch((cause: unknown) => {
        if (own) this.#waiting.delete(own);
        throw cause;
      });
    }
    if (own) this.#tookTurn(own);
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

  /** A check costs as much as others wait. One that waits long may not check less often than one that just came, which would pass it. */
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
  }

  #tookTurn(own: Waiting): void {
    this.#waiting.delete(own);
    if (this.#turns.size >= ownersMax) this.#turns.clear();
    this.#turns.set(own.owner, ++this.#turn);
  }

  /** Returns whether no other owner goes first: one with a smaller reservation, an earlier turn, or an earlier arrival. */
  #isNext(own: Waiting | undefined): boolean {
    if (!own) return true;
    const seenSince = Date.now() - seenMs;
    let came = 0;
    const [held, turn] = this.#rankOf(own);
    for (const other of this.#waiting) {
      if (other.seenAt < seenSince) this.#waiting.delete(other);
      else if (other === own) came = 1;
      else if (other.owner !== own.owner && this.#heldBy(other.owner) + other.amount <= this.#perOwner) {
        const [otherHeld, otherTurn] = this.#rankOf(other);
        const order = otherHeld - held || otherTurn - turn || came - 0.5;
        if (order < 0) return false;
      }
    }
    return true;
  }

  #rankOf({ owner }: Waiting): [held: number, turn: number] {
    return [this.#heldBy(owner), this.#turns.get(owner) ?? 0];
  }
}
