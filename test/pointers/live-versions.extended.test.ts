// Tests limits on live versions that are refused, interrupted or lifted.

import { expect, test } from 'vitest';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { sweepGraceMs } from '../../src/contract/limits/leases.ts';
import { sweepLiveVersions } from '../../src/pointers/live-versions.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { blockedQueues } from '../support/workers/blocked-queues.ts';
import { app, deployed, keep, live } from './limited-versions.ts';

test('a limit on live versions undeploys in batches, and returns how many remain', { tags: 'long' }, async () => {
  const org = await organization({ fetch: app.fetch });
  const limit = deploymentLimits.undeployAtOnce;
  await deployed(org, limit + 2);
  expect((await keep(org, 1)).body).toMatchObject({ remaining: 1 });
  expect((await keep(org, 1)).body).toMatchObject({ undeployed: [`1.0.${limit}`], remaining: 0 });
});

test.each([-1, 1.5, null, undefined])('a limit on live versions of keep = %s is refused', async (count) => {
  const org = await organization({ fetch: app.fetch });
  await deployed(org, 1);
  expect(await org.post(`${org.plugins}/by-name/hello_ext/undeploy`, { keep: count })).toMatchObject({
    status: 422,
    body: { detail: [{ loc: ['body', 'keep'] }] },
  });
});

/** Returns an app whose process dies after each response. Its sends never end, so nothing after them runs. */
function dyingApp() {
  const clock = clockAt(Date.now());
  return { clock, ...testApp({ queues: blockedQueues().queues, clock, defer: () => {} }) };
}

async function publishAndDeploy(org: Organization, ...patches: number[]): Promise<void> {
  for (const patch of patches) {
    const { plugin_id } = await publish(org, plugin({ version: `1.0.${patch}` }));
    await org.post(`${org.plugins}/${plugin_id}/deploy`);
  }
}

test('a worker that dies right after the promotion leaves the older versions to the sweep', async () => {
  const { clock, deps, fetch } = dyingApp();
  const org = await organization({ fetch });
  const count = deploymentLimits.undeployAtOnce + 2;
  await publishAndDeploy(org, ...Array(count).keys());
  await org.send('PATCH', `/v1/namespaces/${org.namespaceId}`, { body: { keep_live_versions: 1 } });
  await publishAndDeploy(org, count);
  clock.advance(sweepGraceMs);
  await sweepLiveVersions(deps);
  expect((await live(org)).live).toHaveLength(count + 1);
  clock.advance(1);
  await sweepLiveVersions(deps);
  expect(await live(org)).toEqual({ serving: `1.0.${count}`, live: [`1.0.${count}`] });
});

test('the sweep applies a limit once per promotion', { tags: 'long' }, async () => {
  const { clock, deps, fetch } = dyingApp();
  const org = await organization({ fetch });
  const path = `/v1/namespaces/${org.namespaceId}`;
  await org.send('PATCH', path, { body: { keep_live_versions: 2 } });
  await publishAndDeploy(org, 0, 1);
  clock.advance(sweepGraceMs + 1);
  await sweepLiveVersions(deps);
  await org.send('PATCH', path, { body: { keep_live_versions: 1 } });
  clock.advance(sweepGraceMs + 1);
  await sweepLiveVersions(deps);
  expect((await live(org)).live).toEqual(['1.0.1', '1.0.0']);
});

test('a limit lifted before the sweep undeploys nothing', { tags: 'long' }, async () => {
  const { clock, deps, fetch } = dyingApp();
  const org = await organization({ fetch });
  const path = `/v1/namespaces/${org.namespaceId}`;
  await org.send('PATCH', path, { body: { keep_live_versions: 1 } });
  await publishAndDeploy(org, 0, 1);
  await org.send('PATCH', path, { body: { keep_live_versions: null } });
  clock.advance(sweepGraceMs + 1);
  await sweepLiveVersions(deps);
  expect((await live(org)).live).toEqual(['1.0.1', '1.0.0']);
});

test('a limit of 0 live versions undeploys all versions, and the live version last, so that traffic moves to no older version', async () => {
  const org = await organization({ fetch: app.fetch });
  await deployed(org, 3);
  const before = (await eventsOf(org)).length;
  expect((await keep(org, 0)).body).toMatchObject({ kept: [], undeployed: ['1.0.0', '1.0.1', '1.0.2'] });
  expect(await live(org)).toEqual({ serving: null, live: [] });
  const moves = (await eventsOf(org)).slice(before).filter(({ type }) => type === 'pointer.moved');
  expect(moves).toHaveLength(1);
});
