// Tests what releases cost a call's lookup in D1: never another round trip, and next to no rows while none is active.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import { database } from '../../../src/db/client.ts';
import { requestChange, startRelease } from '../../../src/rollouts/releases/requested.ts';
import { findFreshRoute } from '../../../src/serve/route.ts';
import { meteredD1 } from '../../support/database/metered-d1.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import type { Scene } from '../../support/scenes/scene.ts';
import { back, live, two } from '../../support/scenes/two-versions.ts';

/**
 * Rows of a lookup of a name without a release. The last are index searches that find none, which D1 counts as a row each: three for a
 * release, two for limits of calls, two for budgets.
 */
const rowsOfLookup = 12 + 3 + 2 + 2;

async function lookUp({ actor, deps, namespaceId }: Scene) {
  const metered = meteredD1(env.DB);
  const counted = countedD1(metered.db);
  const callee = { by: 'name' as const, namespaceId, name: 'hello_ext' };
  const own = { ...deps, ...emptyCallCaches(), db: database(counted.db) };
  const { release } = await findFreshRoute(own, actor, callee);
  return { trips: counted.trips(), read: metered.total().read, weight: release?.setting.weight };
}

test('a lookup makes one round trip, with or without a release, and searches for a release three times', async () => {
  const s = await two();
  for (const version of [s.v0, s.v1]) await live(s, version);
  await back(s, '1.0.0');
  expect(await lookUp(s)).toEqual({ trips: 1, read: rowsOfLookup, weight: undefined });
  const request = {
    kind: 'extractor' as const,
    name: 'hello_ext',
    version: '1.0.1',
    plan: releasePlanSchema.parse({}),
  };
  const { release } = await startRelease(s.deps, s.actor, s.namespaceId, request);
  const during = await lookUp(s);
  expect(during).toMatchObject({ trips: 1, weight: 100 });
  expect(during.read).toBeGreaterThan(rowsOfLookup);
  const place = { id: release.id, namespaceId: s.namespaceId };
  await requestChange(s.deps, s.actor, place, { type: 'cancelled', reason: null });
  expect(await lookUp(s)).toEqual({ trips: 1, read: rowsOfLookup, weight: undefined });
});
