// Waits for other processes, queues and timers. Tests use this instead of `vi.waitFor`, whose one-second limit is too short on a busy
// machine.
import { vi } from 'vitest';

/** So long that it expires only if the event never happens. `expect.poll` has the same limit (vitest.config.ts). */
export const patienceMs = 180_000;

/** Delays between two checks. Most checks are requests, so short waits should end quickly, and long waits should make few requests. */
const betweenMs = { first: 10, growth: 1.5, longest: 200 };

interface Waiting {
  /** Longer than `patienceMs`, for work that takes minutes. */
  timeout?: number;
  /** A constant delay between checks, instead of a growing one. */
  interval?: number;
}

type Truthy<Value> = Exclude<Value, false | 0 | '' | null | undefined>;

/** Repeats the check until it doesn't throw, and returns its value. */
export async function waitFor<Value>(check: () => Value | Promise<Value>, options: Waiting = {}): Promise<Value> {
  if (vi.isFakeTimers()) return vi.waitFor(check, { timeout: patienceMs, ...options }); // With fake timers, vi.waitFor advances them.
  for await (const isLast of attempts(options)) {
    try {
      return await check();
    } catch (error) {
      if (isLast) throw error;
    }
  }
  throw new Error('There is no last attempt');
}

/** Repeats the check until its value is truthy, and returns the value. An error in the check ends the wait. */
export async function waitUntil<Value>(
  check: () => Value | Promise<Value>,
  options: Waiting = {},
): Promise<Truthy<Value>> {
  if (vi.isFakeTimers()) return vi.waitUntil(check, { timeout: patienceMs, ...options });
  for await (const _ of attempts(options)) {
    const value = await check();
    if (isTruthy(value)) return value;
  }
  throw new Error('What the test waits for did not happen');
}

function isTruthy<Value>(value: Value): value is Truthy<Value> {
  return Boolean(value);
}

/** Yields before each check. The yielded value says whether the check is the last one. */
async function* attempts({ timeout = patienceMs, interval }: Waiting): AsyncGenerator<boolean> {
  const endsAt = performance.now() + timeout;
  for (let ms = interval ?? betweenMs.first; ; ms = interval ?? Math.min(ms * betweenMs.growth, betweenMs.longest)) {
    const isLast = performance.now() >= endsAt;
    yield isLast;
    if (isLast) return;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}
