// Checks which results of the webhook burst are faults.
import { expect, test } from 'vitest';
import { type BurstResult, burstFaults } from '../../scripts/testing/burst-faults.ts';

const good: BurstResult = {
  ...{ triggered: 500, written: 501, received: 501, lost: 0, unknown: 0, unverified: 0 },
  ...{ redirectsFollowed: 0, goneEndpoint: 'disabled' },
};

test('a burst in which every event arrives has no faults', () => {
  expect(burstFaults(good)).toEqual([]);
});

test.each<[Partial<BurstResult>, string]>([
  [{ written: 499 }, 'only 499 of 500 events are in the audit log'],
  [{ received: 0 }, 'no event was received'],
  [{ lost: 1 }, '1 events were lost'],
  [{ unknown: 2 }, '2 events are not in the audit log'],
  [{ unverified: 3 }, '3 deliveries could not be verified'],
  [{ redirectsFollowed: 1 }, '1 redirects were followed'],
  [{ goneEndpoint: 'enabled' }, 'the endpoint that answered 410 is enabled'],
])('%j is a fault', (change, fault) => {
  expect(burstFaults({ ...good, ...change })).toEqual([fault]);
});
