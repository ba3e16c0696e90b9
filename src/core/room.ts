// Bounds what the requests and messages of an isolate hold in memory together: it has 128 MB for all of them.

interface Place {
  amount: number;
  until: number;
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

export class Room {
  readonly #options: RoomOptions;
  readonly #places = new Set<Place>();
  #waitedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** Waits until there is room, and runs the work. What is larger than the room takes all of it. `keep` is the sign of life. */
  async use<Result>(amount: number, work: (keep: () => void) => Promise<Result>): Promise<Result> {
    const { size, heldMs } = this.#options;
    const place = { amount: Math.min(amount, size), until: 0 };
    const keep = () => {
      place.until = Date.now() + heldMs;
    };
    while (this.#taken() + place.amount > size) {
      this.#waitedAt = Date.now();
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    keep();
    this.#places.add(place);
    try {
      return await work(keep);
    } finally {
      this.#places.delete(place);
    }
  }

  /** Whether any work waits for room. */
  isWaitedFor(): boolean {
    return Date.now() - this.#waitedAt < seenMs;
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
