// Tests announcements of a hundred advisories, and when they wait.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepAffected } from '../../src/advisories/announce.ts';
import { sweepGraceMs } from '../../src/contract/limits/leases.ts';
import { database } from '../../src/db/client.ts';
import { versionAdvisories } from '../../src/db/schema/advisories.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { affect } from '../support/scenes/advisories.ts';
import { losingScene } from '../support/scenes/losing-scene.ts';
import { announced, newAdvisory, published, version } from './announcing.ts';

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
