// Tests how often waiting requests look: an organization's together, so that many of them leave the database to others.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitShares } from '../../src/contract/limits/event-streams.ts';
import type { OrganizationId } from '../../src/core/ids.ts';
import { Waits } from '../../src/following/waits.ts';

const crowd: OrganizationId = 'org_00000000000000000000000001';
const other: OrganizationId = 'org_00000000000000000000000002';
const waitMs = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Waits for nothing, in this many requests. Returns the number of looks so far. */
function waiting(waits: Waits, organizationId: OrganizationId, requests: number) {
  let looks = 0;
  const look = async () => {
    looks += 1;
    return undefined;
  };
  const all = Array.from({ length: requests }, () => waits.until({ organizationId, forMs: waitMs }, look));
  return { over: Promise.all(all), count: () => looks };
}

test('requests of an organization that wait look 20 times a second together, and those of another at their own pace', async () => {
  const waits = new Waits();
  const many = waiting(waits, crowd, 500);
  const one = waiting(waits, other, 1);
  await vi.advanceTimersByTimeAsync(waitMs - 1);
  // Each looks once at the beginning.
  expect(many.count()).toBeLessThanOrEqual(500 + waitMs / waitShares.lookEveryMs);
  expect(one.count()).toBe(waitMs / waitShares.lookMs);
  await vi.advanceTimersByTimeAsync(1);
  expect(await one.over).toEqual([undefined]);
  await many.over;
});

test('a wait that is over or aborted no longer slows others', async () => {
  const waits = new Waits();
  for (let i = 0; i < 100; i += 1)
    void waits.until({ organizationId: crowd, forMs: 1_000 }, () => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(2_000);
  const one = waiting(waits, crowd, 1);
  await vi.advanceTimersByTimeAsync(waitMs);
  expect(one.count()).toBe(waitMs / waitShares.lookMs + 1);
});

test('a wait returns what a look finds, also the last one', async () => {
  const waits = new Waits();
  const start = Date.now();
  const found = waits.until({ organizationId: crowd, forMs: 900 }, async () =>
    Date.now() - start >= 900 ? 'late' : undefined,
  );
  await vi.advanceTimersByTimeAsync(900);
  expect(await found).toBe('late');
});
