// Waits of requests that change something, such as a confirm, until a worker of the queue is done. However many requests of an
// organization wait in an isolate, together they look no more often than a few of them.
import { waitShares as shares } from '../contract/limits/event-streams.ts';
import type { OrganizationId } from '../core/ids.ts';
import type { SharedWaits, Wait } from '../deps.ts';

export class Waits implements SharedWaits {
  /** When each wait ends at the latest; an aborted request doesn't take itself out. */
  readonly #ends = new Map<OrganizationId, Map<object, number>>();

  async until<Found>(
    { organizationId, forMs }: Wait,
    look: () => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    if (forMs <= 0) return look();
    const wait = {};
    const ends = this.#ends.get(organizationId) ?? new Map<object, number>();
    this.#ends.set(organizationId, ends.set(wait, Date.now() + forMs));
    let isOver = false;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, forMs);
    const watch = async () => {
      while (!isOver) {
        const found = await look();
        if (found !== undefined) return found;
        const pauseMs = Math.max(shares.lookMs, shares.lookEveryMs * present(ends));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return undefined;
    };
    try {
      return await Promise.race([watch(), over.promise.then(look)]);
    } finally {
      isOver = true;
      clearTimeout(timer);
      ends.delete(wait);
      if (ends.size === 0) this.#ends.delete(organizationId);
    }
  }
}

/** Forgets the waits that are over. Returns the number of others. */
function present(ends: Map<object, number>): number {
  const now = Date.now();
  for (const [wait, end] of ends) if (end < now) ends.delete(wait);
  return ends.size;
}
