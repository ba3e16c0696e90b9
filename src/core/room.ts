// Bounds what the requests and messages of an isolate hold in memory together: it has 128 MB for all of them.

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

/** A part of the room. */
export interface Held {
  readonly room: Room;
  /** The sign of life. */
  keep(): void;
  /** Gives back what turned out not to be needed. */
  shrinkTo(amount: number): void;
  /** Takes more, if there is room for it at once. */
  growTo(amount: number): boolean;
  leave(): void;
}

export interface Entering {
  owner?: string | undefined;
  /** Takes no turns, and may use what is kept for small work. */
  isSmall?: boolean | undefined;
  /** Called again and again while the work waits. May throw to end the wait. */
  whileWaiting?: () => Promise<void>;
}

interface RoomOptions {
  size: number;
  /** A request that was ended gives nothing back. Its place is free again after this time without a sign of life. */
  heldMs: number;
  /** The most that one owner has. */
  perOwner?: number;
  /** The part that only small work may use. */
  keptForSmall?: number;
}

/** A waiting request looks again after this time, and ever less often: in workerd no request can be woken by what another one does. */
const pollMs = 20;
const pollMaxMs = 100;
/** Work that waits was seen in this time: a request that was ended waits no longer. */
const seenMs = 500;
/** Signs of life of a work in the time after which its place would be free. */
const signsOfLife = 5;
/** How often places without a sign of life are looked for. */
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
  /** The part of each owner. */
  readonly #takenBy = new Map<string, number>();
  /** Work that waits, and has an owner, in the order in which it came. */
  readonly #waiting = new Set<Waiting>();
  /** The number of the turn that each owner had last. */
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

  /** The part that is taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Waits until there is room, and runs the work, which has its place for as long as it takes. */
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
   * Waits until there is room, and takes it. What is larger than it may be takes all that it may. Owners whose work waits take turns, however
   * much one of them has; small work, and work without an owner, goes wherever it fits.
   */
  async enter(amount: number, entering: Entering = {}): Promise<Held> {
    const { owner, isSmall = false, whileWaiting = async () => {} } = entering;
    const most = isSmall ? this.#size : this.#forLarge;
    const place: Place = { amount: Math.min(amount, most, this.#mostOf(owner)), owner, until: 0 };
    const own = owner === undefined || isSmall ? undefined : { owner, amount: place.amount, seenAt: 0 };
    for (let pauseMs = pollMs; !this.#fits(place.amount, most, owner) || !this.#isNext(own); ) {
      this.#waitedAt = Date.now();
      if (own) this.#waiting.add(Object.assign(own, { seenAt: Date.now() }));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(2 * pauseMs, pollMaxMs);
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

  /** Whether any work waits for room. */
  isWaitedFor(): boolean {
    return Date.now() - this.#waitedAt < seenMs;
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

  /** Whether no other owner goes first: one that has less of the room, or that waits since an earlier turn, or came earlier. */
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
