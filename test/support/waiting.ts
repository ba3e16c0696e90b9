// Waits for what other processes, queues and timers do. Tests wait here and not by `vi.waitFor`, whose second is over on a busy machine.
import { vi } from 'vitest';

/** Time that is over only if it never happens. `expect.poll` has the same (vitest.config.ts). */
export const patienceMs = 60_000;

interface Waiting {
  /** Longer than `patienceMs`, where work takes minutes. */
  timeout?: number;
  interval?: number;
}

/** Repeats the check until it throws nothing, and returns its value. */
export function waitFor<Value>(check: () => Value | Promise<Value>, options: Waiting = {}): Promise<Value> {
  return vi.waitFor(check, { timeout: patienceMs, ...options });
}

/** Repeats the check until its value is truthy, and returns the value. */
export function waitUntil<Value>(check: () => Value | Promise<Value>, options: Waiting = {}) {
  return vi.waitUntil(check, { timeout: patienceMs, ...options });
}
