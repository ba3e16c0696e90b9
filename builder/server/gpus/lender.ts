// Lends GPUs to instances. When the cards are full, instances without calls go to sleep, least recently used first. If that isn't enough,
// it says at once who holds what. It ends processes that use more than their share.
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import type { GpuCard, Gpus, HeldGpus } from '../../../src/contract/builder/machine/gpus.ts';
import { readServing } from '../../../src/contract/builder/serving.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { gpuLimits } from '../../../src/contract/limits/gpus.ts';
import type { GpuShare } from '../../../src/contract/plugin/gpu-share.ts';
import { formatGiB } from '../../../src/core/quantities.ts';
import { type Card, type CardUse, type Found, usedBy } from './card.ts';
import { GpuLending, type LentShare, lentBytes, otherUse } from './gpu-lending.ts';
import { fullError, type Holder, impossibleError, type Terms, type Wanted } from './gpu-shortage.ts';
import { grantOf, groupOf, type Loan } from './loan.ts';

/** Time for the driver to give back an ended process's memory. */
const releaseMs = 5000;

/** An instance that may go to sleep. */
export interface Sleeper {
  id: string;
  lastUsedAt: number;
  sleep(): Promise<void>;
}

export interface LenderSettings extends Terms {
  found: Found;
  /** Bytes of a share that CUDA itself takes. */
  contextBytes: number;
  /** The last report of the cards' use. */
  use(): readonly CardUse[];
  /** Resolves with the next report, or after some time. */
  nextUse(ms: number): Promise<void>;
}

interface Watched {
  loan: string;
  group: string;
  share: LentShare;
  onExceeded: (reason: string) => void;
}

export class Lender {
  readonly #settings: LenderSettings;
  readonly #lending: GpuLending;
  /** Holders by loan, since an instance may start again while its last processes end. */
  readonly #holders = new Map<string, Holder & { instance: string }>();
  #loans = 0;
  readonly #watched = new Set<Watched>();
  /** Lists the instances that may sleep. */
  sleepers: () => Sleeper[] = () => [];
  #lastRequest: Promise<unknown> = Promise.resolve();
  #ended = 0;
  #givenBackAt = Number.NEGATIVE_INFINITY;

  constructor(settings: LenderSettings) {
    this.#settings = settings;
    this.#lending = new GpuLending(settings.cards);
  }

  /** Requests are served in turn. Returns why the instance gets nothing. */
  lend(id: string, spec: PythonSpec & { gpu: GpuShare }): Promise<Loan | StartError> {
    const wanted: Wanted = {
      plugin: spec.plugin,
      organization: spec.organization ?? '',
      share: spec.gpu,
      processes: readServing(spec).replicas,
    };
    const lent = this.#lastRequest.then(() => this.#lend(id, wanted));
    this.#lastRequest = lent.catch(() => {});
    return lent;
  }

  /** Ends processes that use more than their share. */
  check(use: readonly CardUse[]): void {
    for (const one of this.#watched) {
      const { bytes, cards } = one.share;
      const used = usedOn(use, cards, one.group);
      if (bytes === null || used <= bytes * gpuLimits.overuse) continue;
      this.#watched.delete(one);
      this.#ended++;
      one.onExceeded(`it used ${formatGiB(used)} of GPU memory, more than its ${formatGiB(bytes)}`);
    }
  }

  report(): Gpus {
    const { cards, found, trustedFor, wholeCardsOnly } = this.#settings;
    return {
      problem: null,
      driver: found.driver,
      cuda: found.cuda,
      cards: cards.map((card) => this.#cardReport(card)),
      whole_cards_only: wholeCardsOnly,
      trusted_for: trustedFor,
      ended: this.#ended,
    };
  }

  async #lend(id: string, wanted: Wanted): Promise<Loan | StartError> {
    const impossible = impossibleError(wanted, this.#settings);
    if (impossible) return impossible;
    for (;;) {
      const isAlone = this.#strangers(wanted).length === 0;
      const shares = isAlone ? this.#fit(wanted) : undefined;
      if (shares) return this.#loan(id, wanted, shares);
      const sleeper = this.#nextSleeper(wanted);
      if (sleeper) await sleeper.sleep();
      else if (isAlone && this.#isReleasing && this.#fit(wanted, [], new Map()))
        await this.#settings.nextUse(releaseMs);
      else return fullError(wanted, { ...this.#settings, holders: this.#holdersOf(), others: this.#others() });
    }
  }

  /** True while the driver may still count an ended process's memory. */
  get #isReleasing(): boolean {
    return Date.now() - this.#givenBackAt < releaseMs;
  }

  #fit({ processes, share }: Wanted, without: readonly string[] = [], others = this.#others()) {
    return this.#lending.fit(share, processes, others, new Set(without));
  }

  /** Loans of other organizations, where the cards are trusted for one at a time. */
  #strangers({ organization }: Wanted): string[] {
    if (this.#settings.trustedFor !== null) return [];
    return [...this.#holders].filter(([, holder]) => holder.organization !== organization).map(([loan]) => loan);
  }

  /** Returns the least recently used instance, if all that may sleep leave enough. */
  #nextSleeper(wanted: Wanted): Sleeper | undefined {
    const sleepers = this.sleepers().sort((a, b) => a.lastUsedAt - b.lastUsedAt);
    const order = sleepers.flatMap((sleeper) => {
      const held = [...this.#holders].find(([, { instance }]) => instance === sleeper.id);
      return held ? [{ loan: held[0], sleeper }] : [];
    });
    const loans = order.map(({ loan }) => loan);
    const strangers = this.#strangers(wanted);
    if (!strangers.every((loan) => loans.includes(loan)) || !this.#fit(wanted, loans)) return undefined;
    return (order.find(({ loan }) => strangers.includes(loan)) ?? order[0])?.sleeper;
  }

  #loan(instance: string, { organization, plugin }: Wanted, shares: LentShare[]): Loan {
    const { contextBytes, found } = this.#settings;
    const loan = String(this.#loans++);
    this.#lending.lend(loan, shares);
    this.#holders.set(loan, { instance, organization, plugin, shares });
    const grants = shares.map((share) => ({
      ...grantOf(share, found, contextBytes),
      watch: (home: Parameters<typeof groupOf>[0], onExceeded: (reason: string) => void) =>
        this.#watch({ loan, group: groupOf(home) ?? '', share, onExceeded }),
    }));
    const giveBack = () => {
      this.#givenBackAt = Date.now();
      this.#lending.giveBack(loan);
      this.#holders.delete(loan);
    };
    return { grants, held: () => this.#held(loan, shares), giveBack };
  }

  #watch(watched: Watched): () => void {
    if (watched.group !== '') this.#watched.add(watched);
    return () => void this.#watched.delete(watched);
  }

  #held(loan: string, shares: readonly LentShare[]): HeldGpus {
    const cards = [...new Set(shares.flatMap((share) => share.cards))];
    const used = cards.map((card) => this.#usedOn(card, loan));
    return {
      cards: cards.map(({ index, name, uuid }) => ({ index, name, uuid })),
      lent_bytes: cards.reduce((sum, card) => sum + this.#lending.lentOf(card, loan), 0),
      used_bytes: used.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0),
    };
  }

  /** Returns what the loan's processes use of the card. Null if that can't be attributed. */
  #usedOn(card: Card, loan: string): number | null {
    if (this.#settings.wholeCardsOnly !== null) return null;
    const own = [...this.#watched].filter((one) => one.loan === loan);
    return own.reduce((sum, { group }) => sum + usedOn(this.#settings.use(), [card], group), 0);
  }

  #others(): Map<string, number> {
    const groups = [...this.#watched].map(({ group }) => group);
    return otherUse(this.#settings.cards, this.#settings.use(), groups);
  }

  #holdersOf(): Holder[] {
    return [...this.#holders.values()];
  }

  #cardReport(card: Card): GpuCard {
    const { index, memory_bytes, name, uuid } = card;
    const holders = [...this.#holders].flatMap(([loan, { instance, organization, plugin, shares }]) => {
      const here = shares.filter((share) => lentBytes(share, card) > 0).length;
      const lent_bytes = this.#lending.lentOf(card, loan);
      const used_bytes = this.#usedOn(card, loan);
      return here === 0 ? [] : [{ instance, organization, plugin, processes: here, lent_bytes, used_bytes }];
    });
    const used_bytes = this.#settings.use().find((one) => one.uuid === uuid)?.used_bytes ?? 0;
    return { uuid, name, index, memory_bytes, used_bytes, lent_bytes: this.#lending.lentOf(card), holders };
  }
}

function usedOn(use: readonly CardUse[], cards: readonly Card[], group: string): number {
  const here = use.filter((one) => cards.some(({ uuid }) => uuid === one.uuid));
  return here.reduce((sum, one) => sum + usedBy(one, group), 0);
}
