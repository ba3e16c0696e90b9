// Counts the crashes of an instance's processes, and remembers the last one only: a plugin that crashes forever takes no more memory for it.
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

  /** Crashes in the minute after the first of these are early. */
  markReady(): void {
    this.#firstReadyAt ??= this.#now();
  }

  /** A process that was ready has ended. */
  count(reason: string): void {
    this.record(reason);
    if (this.#firstReadyAt !== undefined && this.#now() - this.#firstReadyAt <= this.#earlyMs) this.#early++;
  }

  /** A process has ended, or was not ready again. */
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
