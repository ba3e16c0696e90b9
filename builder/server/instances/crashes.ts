// Counts the crashes of an instance's processes and keeps only the last one, so that a plugin that keeps crashing uses no more memory.
import type { LastCrash } from '../../../src/contract/builder/instance-states.ts';
import type { InstanceStatus } from '../../../src/contract/builder/instances.ts';
import { crashReasonChars } from '../../../src/contract/limits/builder.ts';
import type { SecretMask } from '../../../src/core/secret-mask.ts';

export class Crashes {
  readonly #mask: SecretMask;
  readonly #earlyMs: number;
  readonly #now: () => number;
  #firstReadyAt: number | undefined;
  #early = 0;
  #restarts = 0;
  #last: LastCrash | null = null;

  constructor(mask: SecretMask, earlyMs: number, now: () => number) {
    this.#mask = mask;
    this.#earlyMs = earlyMs;
    this.#now = now;
  }

  /** Marks the first time it is ready. Crashes in the following minute count as early. */
  markReady(): void {
    this.#firstReadyAt ??= this.#now();
  }

  /** Counts a process that exited after it was ready. */
  count(reason: string): void {
    this.record(reason);
    if (this.#firstReadyAt !== undefined && this.#now() - this.#firstReadyAt <= this.#earlyMs) this.#early++;
  }

  /** Records a process that exited, or that didn't become ready again. */
  record(reason: string): void {
    const text = this.#mask.text(reason).slice(0, crashReasonChars);
    this.#last = { at: new Date(this.#now()).toISOString(), reason: text };
  }

  countRestart(): void {
    this.#restarts++;
  }

  get early(): number {
    return this.#early;
  }

  get status(): Pick<InstanceStatus, 'restarts' | 'early_crashes' | 'last_crash'> {
    return { restarts: this.#restarts, early_crashes: this.#early, last_crash: this.#last };
  }
}
