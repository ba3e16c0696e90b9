// The builder's GPUs, or why it lends none. An instance without a GPU needs neither.
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import type { Gpus as Report } from '../../../src/contract/builder/machine/gpus.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import type { Lender, Sleeper } from './lender.ts';
import type { Loan } from './loan.ts';

export class Gpus {
  readonly #lender: Lender | undefined;
  readonly #problem: string | undefined;
  #isLost: string | undefined;

  /** Without a lender, `problem` says why, or is omitted if the operator lends none. */
  constructor(lender: Lender | undefined, problem?: string) {
    this.#lender = lender;
    this.#problem = problem;
  }

  /** Names where to find the instances that may sleep. */
  letSleep(sleepers: () => Sleeper[]): void {
    if (this.#lender) this.#lender.sleepers = sleepers;
  }

  /** Records that the cards' use is no longer known, until it is again. Returns whether it was known. */
  setLost(reason: string | undefined): boolean {
    const wasKnown = this.#isLost === undefined;
    this.#isLost = reason;
    return wasKnown;
  }

  /** Returns undefined for a plugin that asks for no GPU. */
  async lend(id: string, spec: PythonSpec): Promise<Loan | StartError | undefined> {
    const { gpu, plugin } = spec;
    if (!gpu) return undefined;
    const problem = this.#isLost ?? this.#problem;
    if (this.#lender && problem === undefined) return this.#lender.lend(id, { ...spec, gpu });
    const why =
      problem === undefined
        ? 'Start it with BUILDER_GPUS=all, described in docs/gpus.md.'
        : `It was asked to, but ${problem}`;
    const message = `${plugin.name} ${plugin.version} asks for a GPU, and this builder lends none. ${why}`;
    return { code: 'needs-gpu', message };
  }

  /** Returns undefined if the operator lends none. */
  report(): Report | undefined {
    const problem = this.#isLost ?? this.#problem ?? null;
    if (this.#lender) return { ...this.#lender.report(), problem };
    if (problem === null) return undefined;
    return { problem, driver: null, cuda: null, cards: [], whole_cards_only: null, trusted_for: null, ended: 0 };
  }
}
