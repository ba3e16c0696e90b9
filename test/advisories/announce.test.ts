// Tests that the sweep announces advisories of live versions, once, by an event.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepAffected } from '../../src/advisories/announce.ts';
import { sweepGraceMs } from '../../src/contract/limits/leases.ts';
import { database } from '../../src/db/client.ts';
import { versionAdvisories } from '../../src/db/schema/advisories.ts';
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { affect, type Hit, know } from '../support/scenes/advisories.ts';
import { type LosingScene, losingScene } from '../support/scenes/losing-scene.ts';

const version = 'hello_ext@1.0.0';

async function published(isLive = true): Promise<LosingScene> {
  const s = await losingScene();
  await publish(s.org, plugin());
  if (isLive) await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/deploy`, { deployment_type: 'batch_only' });
  return s;
}

let number = 0;

async function newAdvisory(severity: 'low' | 'critical' = 'low', isWithdrawn = false): Promise<string> {
  const id = `GHSA-announced-${String(number++).padStart(4, '0')}`;
  await know({ id, severity, withdrawn: isWithdrawn });
  return id;
}

async function announced({ org }: LosingScene) {
  return (await eventsOf(org)).filter(({ type }) => type === 'version.affected');
}

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

test('an event names a hundred advisories and counts all of them', async () => {
  const s = await published();
  const ids = [];
  for (let i = 0; i < 101; i++) ids.push(await newAdvisory());
  await affect(s.org, version, ids);
  await sweepAffected(s.deps);
  await sweepAffected(s.deps);
  const [event, ...others] = await announced(s);
  expect(others).toEqual([]);
  expect(event?.data).toMatchObject({ count: 101 });
  expect(Object(event?.data).advisories).toHaveLength(100);
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

test('an advisory waits until it is known whether its vulnerable code is reached', async () => {
  const s = await published();
  await affect(s.org, version, [await newAdvisory()], { reachDue: true });
  await sweepAffected(s.deps);
  expect(await announced(s)).toEqual([]);
  await database(env.DB).update(versionAdvisories).set({ reachDue: false, reach: 'symbol' });
  await sweepAffected(s.deps);
  expect(await announced(s)).toMatchObject([{ data: { advisories: [{ reach: 'symbol' }] } }]);
});

test('an advisory of a version that is being deployed is announced once it is live', async () => {
  const s = await losingScene();
  await publish(s.org, plugin({ realtime: true }));
  const createdAt = s.clock.now();
  await affect(s.org, version, [await newAdvisory()], { createdAt });
  await sweepAffected(s.deps);
  await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/deploy`);
  s.clock.advance(sweepGraceMs);
  await sweepAffected(s.deps);
  expect(await announced(s)).toEqual([]);
  await s.org.post(`${s.org.plugins}/hello_ext_1_0_0/deploy`, { deployment_type: 'batch_only' });
  await sweepAffected(s.deps);
  expect(await announced(s)).toHaveLength(1);
});
