// Tests the limits of trial calls, and versions that may not be tried any more.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { trialLimits } from '../../../src/contract/limits/uploads.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { organization } from '../../support/scenes/organization.ts';
import { firstId, messageOf, stage } from '../../support/scenes/staged.ts';
import { endWaiver, waive } from '../../support/scenes/waived.ts';
import { db, decide, service, tryIt } from './trial-scene.ts';

test("an organization's own version is tried too", async () => {
  const org = { ...(await organization()), plugins: '/v1/plugins' };
  await stage(org, { realtime: true }, { stage: true });
  expect((await tryIt(org)).body).toMatchObject({ status: 'success' });
});

test('a handler that fails is an answer', async () => {
  const org = await organization();
  await stage(org, { files: { 'realtime.py': service('raise ValueError("no")') } }, { stage: true });
  expect(await tryIt(org)).toMatchObject({ status: 200, body: { status: 'error', error: 'ValueError: no' } });
});

test.each(['approved', 'rejected'] as const)('a version that was %s is not tried any more', async (decision) => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  await tryIt(org);
  await decide(org, decision);
  const answer = await tryIt(org);
  expect([answer.status, messageOf(answer)]).toEqual([409, 'hello_ext 1.0.0 does not wait for approval']);
});

test('a version has a limited number of trial calls', async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  const ofOrganization = eq(pluginVersions.organizationId, org.id);
  await db
    .update(pluginVersions)
    .set({ trials: trialLimits.callsMax - 1 })
    .where(ofOrganization);
  expect((await tryIt(org)).status).toBe(200);
  const answer = await tryIt(org);
  expect([answer.status, messageOf(answer)]).toEqual([409, 'hello_ext 1.0.0 had all its 200 trial calls']);
});

test('an organization tries a limited number of versions at a time', async () => {
  const org = await organization();
  for (let minor = 0; minor <= trialLimits.versionsAtOnce; minor++)
    await stage(org, { version: `1.${minor}.0`, realtime: true }, { stage: true });
  await db
    .update(pluginVersions)
    .set({ triedUntil: Date.now() + 60_000 })
    .where(eq(pluginVersions.organizationId, org.id));
  const answer = await tryIt(org);
  expect([answer.status, messageOf(answer)]).toEqual([429, 'This organization already tries 3 versions']);
});

test('a version that the policy rejects by now is not tried', async () => {
  const org = await organization();
  const waiver = await waive(org);
  await stage(org, { realtime: true, files: { 'tables.py': 'rows = eval("[1]")\n' } }, { stage: true });
  expect((await tryIt(org)).status).toBe(200);
  await endWaiver(waiver);
  expect(await tryIt(org)).toMatchObject({ status: 400, body: { error: { details: { rules: ['SLP201'] } } } });
});

test('no other route calls a version before its approval', async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  await tryIt(org);
  expect((await org.post(`${org.plugins}/${firstId}/realtime/test`, { inputs: {} })).status).toBe(400);
  expect((await org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} })).status).toBe(404);
});
