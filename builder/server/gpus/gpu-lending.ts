// Keeps the book of lent GPUs: which processes hold which cards, or which share of a card's memory. Pure; nothing here is started.
import { gpuLimits } from '../../../src/contract/limits/gpus.ts';
import type { GpuShare } from '../../../src/contract/plugin/gpu-share.ts';
import { type Card, type CardUse, usedBy } from './card.ts';

/** A process's share: whole cards, or `bytes` of one card. */
export interface LentShare {
  cards: readonly Card[];
  /** Null for whole cards. */
  bytes: number | null;
}

/** Returns what the share takes of the card. */
export function lentBytes({ bytes, cards }: LentShare, card: Card): number {
  if (!cards.some(({ uuid }) => uuid === card.uuid)) return 0;
  return bytes ?? card.memory_bytes;
}

/** Returns the bytes that a share of the card would have. */
export function shareBytes(share: GpuShare, card: Card): number {
  if ('bytes' in share) return share.bytes;
  return 'fraction' in share ? Math.floor(share.fraction * card.memory_bytes) : card.memory_bytes;
}

export class GpuLending {
  readonly cards: readonly Card[];
  readonly #lent = new Map<string, readonly LentShare[]>();

  constructor(cards: readonly Card[]) {
    this.cards = cards;
  }

  /** IDs of the holders. */
  get holders(): string[] {
    return [...this.#lent.keys()];
  }

  sharesOf(holder: string): readonly LentShare[] {
    return this.#lent.get(holder) ?? [];
  }

  /** Returns what is lent of the card, to everyone or to one holder. */
  lentOf(card: Card, holder?: string): number {
    const shares = holder === undefined ? [...this.#lent.values()].flat() : this.sharesOf(holder);
    return shares.reduce((sum, share) => sum + lentBytes(share, card), 0);
  }

  /**
   * Lends every process its share, on the first card with room, or nothing. `others` is what other programs use of each card;
   * `without` are holders whose shares count as given back.
   */
  fit(
    share: GpuShare,
    processes: number,
    others: ReadonlyMap<string, number>,
    without: ReadonlySet<string> = new Set(),
  ): LentShare[] | undefined {
    const taken = new Map(this.cards.map((card) => [card.uuid, this.#takenOf(card, others, without)]));
    const shares: LentShare[] = [];
    for (let at = 0; at < processes; at++) {
      const found = 'cards' in share ? wholeCards(this.cards, taken, share.cards) : partOf(this.cards, taken, share);
      if (!found) return undefined;
      shares.push(found);
      for (const card of found.cards) taken.set(card.uuid, (taken.get(card.uuid) ?? 0) + lentBytes(found, card));
    }
    return shares;
  }

  lend(holder: string, shares: readonly LentShare[]): void {
    this.#lent.set(holder, shares);
  }

  giveBack(holder: string): void {
    this.#lent.delete(holder);
  }

  #takenOf(card: Card, others: ReadonlyMap<string, number>, without: ReadonlySet<string>): number {
    const held = this.holders.filter((holder) => !without.has(holder));
    return held.reduce((sum, holder) => sum + this.lentOf(card, holder), others.get(card.uuid) ?? 0);
  }
}

function wholeCards(cards: readonly Card[], taken: ReadonlyMap<string, number>, count: number): LentShare | undefined {
  const free = cards.filter(({ uuid }) => (taken.get(uuid) ?? 0) === 0).slice(0, count);
  return free.length === count ? { cards: free, bytes: null } : undefined;
}

function partOf(cards: readonly Card[], taken: ReadonlyMap<string, number>, share: GpuShare): LentShare | undefined {
  const hasRoom = (card: Card) => (taken.get(card.uuid) ?? 0) + shareBytes(share, card) <= card.memory_bytes;
  const card = cards.find(hasRoom);
  return card && { cards: [card], bytes: shareBytes(share, card) };
}

/**
 * Returns what programs other than these processes use of each card. Little use, such as the driver's, is ignored: otherwise two halves
 * would never fit.
 */
export function otherUse(
  cards: readonly Card[],
  use: readonly CardUse[],
  groups: readonly string[],
): Map<string, number> {
  const others = new Map<string, number>();
  for (const card of cards) {
    const one = use.find(({ uuid }) => uuid === card.uuid);
    const own = one ? groups.reduce((sum, group) => sum + usedBy(one, group), 0) : 0;
    const bytes = Math.max(0, (one?.used_bytes ?? 0) - own);
    if (bytes > gpuLimits.ignoredUse * card.memory_bytes) others.set(card.uuid, bytes);
  }
  return others;
}
