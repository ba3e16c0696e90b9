// Tests that the sweep announces advisories of live versions, once, by an event.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepAffected } from '../../src/advisories/announce.ts';
import { database } from '../../src/db/client.ts';
import { versionAdvisories } from '../../src/db/schema/advisories.ts';
import { affect, type Hit } from '../support/scenes/advisories.ts';
import { announced, newAdvisory, published, version } from './announcing.ts';

test('one event names all advisories that were found, most severe first, and where the version is live', async () => {
  const s = await published();
  const [low, critical] = [await newAdvisory('low'), await newAdvisory('critical')];
  await affect(s.org, version, [low, critical]);
  await sweepAffected(s.deps);
  await sweepAffected(s.deps);
  const found = { package: 'pkg:pypi/requests@2.31.0', fixed_in: '2.32.4', reach: 'unknown' };
  expect(await announced(s)).toMatchObject([
    {
      actor: { type: 'system' },
      namespaceId: s.org.namespaceId,
      data: {
        plugin_id: 'hello_ext_1_0_0',
        advisories: [
          { advisory_id: critical, severity: 'critical', ...found },
          { advisory_id: low, severity: 'low', ...found },
        ],
        count: 2,
        live: [{ namespace_id: s.org.namespaceId, deployment_id: expect.stringMatching(/^dep_/) }],
        live_places: 1,
      },
    },
  ]);
});

test.each<[string, boolean, Hit, boolean]>([
  ['of a version that is not live', false, {}, false],
  ['whose vulnerable code is not reached', true, { reach: 'none' }, false],
  ['that was withdrawn', true, {}, true],
])('an advisory %s is never announced', async (_, isLive, hit, isWithdrawn) => {
  const s = await published(isLive);
  await affect(s.org, version, [await newAdvisory('low', isWithdrawn)], hit);
  await sweepAffected(s.deps);
  expect(await announced(s)).toEqual([]);
  const rows = await database(env.DB).select().from(versionAdvisories);
  expect(rows.filter(({ organizationId, announceDue }) => organizationId === s.org.id && announceDue)).toEqual([]);
});
