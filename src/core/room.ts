// Bounds what the requests and messages of an isolate hold in memory together: it has 128 MB for all of them.

interface Place {
  amount: number;
  owner: string | undefined;
  until: number;
}

interface Waiting {
  owner: string;
  seenAt: number;
}

/** A part of the room. */
export interface Held {
  /** The sign of life. */
  keep(): void;
  /** Gives back what turned out not to be needed. */
  shrinkTo(amount: number): void;
  leave(): void;
}

interface Entering {
  owner?: string | undefined;
  /** Called again and again while the work waits. May throw to end the wait. */
  whileWaiting?: () => Promise<void>;
}

interface RoomOptions {
  size: number;
  /** A request that was ended gives nothing back. Its place is free again after this time without a sign of life. */
  heldMs: number;
}

/** A waiting request looks again after this time: in workerd no request can be woken by what another one does. */
const pollMs = 20;
/** Work that waits was seen in this time: a request that was ended waits no longer. */
const seenMs = 500;
/** Owners whose last turn is remembered. */
const ownersMax = 1000;

export class Room {
  readonly #options: RoomOptions;
  readonly #places = new Set<Place>();
  /** Work that waits, and has an owner, in the order in which it came. */
  readonly #waiting = new Set<Waiting>();
  /** The number of the turn that each owner had last. */
  readonly #turns = new Map<string, number>();
  #turn = 0;
  #waitedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** Waits until there is room, and runs the work. `keep` is the sign of life. */
  async use<Result>(amount: number, work: (keep: () => void) => Promise<Result>, owner?: string): Promise<Result> {
    const { keep, leave } = await this.enter(amount, { owner });
    try {
      return await work(keep);
    } finally {
      leave();
    }
  }

  /**
   * Waits until there is room, and takes it. What is larger than the room takes all of it. Owners whose work waits take turns, however much
   * one of them has; work without an owner goes wherever it fits.
   */
  async enter(amount: number, { owner, whileWaiting = async () => {} }: Entering = {}): Promise<Held> {
    const { size, heldMs } = this.#options;
    const place: Place = { amount: Math.min(amount, size), owner, until: 0 };
    const own = owner === undefined ? undefined : { owner, seenAt: 0 };
    while (this.#taken() + place.amount > size || !this.#isNext(own)) {
      this.#waitedAt = Date.now();
      if (own) this.#waiting.add(Object.assign(own, { seenAt: Date.now() }));
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      await whileWaiting().catch((cause: unknown) => {
        if (own) this.#waiting.delete(own);
        throw cause;
      });
    }
    if (own) this.#tookTurn(own);
    this.#places.add(place);
    const keep = () => {
      place.until = Date.now() + heldMs;
    };
    keep();
    return {
      keep,
      shrinkTo: (needed) => {
        place.amount = Math.min(place.amount, needed);
      },
      leave: () => void this.#places.delete(place),
    };
  }

  /** Whether any work waits for room. */
  isWaitedFor(): boolean {
    return Date.now() - this.#waitedAt < seenMs;
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
    const [held, turn] = this.#rankOf(own.owner);
    for (const other of this.#waiting) {
      if (other.seenAt < seenSince) this.#waiting.delete(other);
      else if (other === own) came = 1;
      else if (other.owner !== own.owner) {
        const [otherHeld, otherTurn] = this.#rankOf(other.owner);
        const order = otherHeld - held || otherTurn - turn || came - 0.5;
        if (order < 0) return false;
      }
    }
    return true;
  }

  #rankOf(owner: string): [held: number, turn: number] {
    const held = [...this.#places].filter((place) => place.owner === owner).length;
    return [held, this.#turns.get(owner) ?? 0];
  }

  #taken(): number {
    const now = Date.now();
    let taken = 0;
    for (const place of this.#places)
      if (place.until <= now) this.#places.delete(place);
      else taken += place.amount;
    return taken;
  }
}
