// Stores packages while others install, a few at a time, and writes several rows per round trip. A package counts as stored once it has
// a row. *Dies before:* the next attempt finds the parts in the store, and the package on the builder; if it's gone there, it is
// installed again.
import type { Package } from '../../contract/builder/packages.ts';
import { packageTransfers } from '../../contract/limits/builder.ts';
import { recordPackages, type StoreDeps, storeParts } from './package-store.ts';

export class PackageWriter {
  readonly #deps: StoreDeps;
  readonly #host: string;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];
  #unrecorded: Package[] = [];
  #recordedAt: number;

  /** `host` is the builder that installs the packages. */
  constructor(deps: StoreDeps, host: string) {
    this.#deps = deps;
    this.#host = host;
    this.#recordedAt = deps.clock.now();
  }

  /** Waits for a free slot. Rejects if an earlier package failed. */
  async add(made: Package): Promise<void> {
    while (this.#underWay.size >= packageTransfers.packagesAtOnce) await Promise.race(this.#underWay);
    this.#throwFailure();
    this.#run(this.#store(made));
  }

  async finish(): Promise<void> {
    await this.settled();
    this.#throwFailure();
  }

  /** Waits for started work to end, even after a failure, so that stored packages needn't be installed again. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#run(this.#record());
    await Promise.all(this.#underWay);
  }

  async #store(made: Package): Promise<void> {
    await storeParts(this.#deps, this.#host, made);
    this.#unrecorded.push(made);
    const { rowsAtOnce, rowsWithinMs } = packageTransfers;
    const isLate = this.#deps.clock.now() - this.#recordedAt >= rowsWithinMs;
    if (isLate || this.#unrecorded.length >= rowsAtOnce) await this.#record();
  }

  async #record(): Promise<void> {
    const rows = this.#unrecorded;
    this.#unrecorded = [];
    this.#recordedAt = this.#deps.clock.now();
    await recordPackages(this.#deps, rows);
  }

  #run(work: Promise<void>): void {
    const one: Promise<unknown> = work
      .catch((cause) => this.#failures.push(cause))
      .finally(() => this.#underWay.delete(one));
    this.#underWay.add(one);
  }

  #throwFailure(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
