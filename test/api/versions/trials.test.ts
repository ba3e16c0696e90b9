// Tests trial calls of versions that wait for approval, over HTTP with the real builder: who may make them, what they can reach, and
// what they leave unchanged.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { trialLimits } from '../../../src/contract/limits/uploads.ts';
import { database } from '../../../src/db/client.ts';
import { deployments, livePointers } from '../../../src/db/schema/deploy.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { eventsOf } from '../../support/events.ts';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { give } from '../../support/scenes/granted.ts';
import { namespaceIn, type Organization, organization } from '../../support/scenes/organization.ts';
import { personIn, stageOnlyJob } from '../../support/scenes/people.ts';
import { storeSecret } from '../../support/scenes/secrets.ts';
import { firstId, messageOf, stage } from '../../support/scenes/staged.ts';
import { endWaiver, waive } from '../../support/scenes/waived.ts';
import { waitFor } from '../../support/waiting.ts';

const next = 'hello_ext_1_1_0';
const db = database(env.DB);
const tryIt = (org: Organization, id = firstId, body: object = { inputs: { text: 'hi' } }) =>
  org.post(`${org.plugins}/${id}/trial`, body);

/** Decides the organization's versions that wait, as their approval does. */
async function decide(org: Organization, stage: 'approved' | 'rejected'): Promise<void> {
  const waits = and(eq(pluginVersions.organizationId, org.id), eq(pluginVersions.stage, 'staged'));
  await db.update(pluginVersions).set({ stage, stagedUntil: null }).where(waits);
}

const permissions = { secrets: ['TOKEN'], network: ['api.example.com'] };
const service = (body: string) => `import os

from shared.plugins.inference.serve import BaseInferenceService
from shared.plugins.secrets import get


class ReachInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        ${body}
`;

test('an author calls a version before its approval, and nothing becomes active or deployed', async () => {
  const org = await organization();
  const job = await stageOnlyJob(org);
  await stage(job, { realtime: true }, { deploy_when_approved: true });
  expect(await tryIt(job)).toMatchObject({
    status: 200,
    body: { status: 'success', raw_response: { inputs: { text: 'hi' } }, error: null },
  });
  expect((await org.get(`${org.plugins}/${firstId}`)).body).toMatchObject({
    plugin: { stage: 'staged', deployed: false },
  });
  expect([await db.$count(deployments), await db.$count(livePointers)]).toEqual([0, 0]);
  const tried = (await eventsOf(org)).find(({ type }) => type === 'version.tried');
  expect(tried).toMatchObject({ actor: { type: 'ci', name: 'acme/plugins' }, data: { plugin_id: firstId } });
});

test("an organization's own version is tried too", async () => {
  const org = { ...(await organization()), plugins: '/v1/plugins' };
  await stage(org, { realtime: true }, { stage: true });
  expect((await tryIt(org)).body).toMatchObject({ status: 'success' });
});

test('no other route calls a version before its approval', async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  await tryIt(org);
  expect((await org.post(`${org.plugins}/${firstId}/realtime/test`, { inputs: {} })).status).toBe(400);
  expect((await org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} })).status).toBe(404);
});

test('a trial has no secret and no network, even if the plugin is granted both', { tags: ['namespaces'] }, async () => {
  const org = await organization();
  const files = {
    'realtime.py': service('return {"proxy": os.environ.get("HTTP_PROXY") is not None, "secret": len(get("TOKEN"))}'),
    'manifest.py': manifest({
      name: 'hello_ext',
      version: '1.1.0',
      extra: `permissions = ${JSON.stringify(permissions)}\n`,
    }),
  };
  await publish(org, plugin());
  await storeSecret({ namespaceId: org.namespaceId, name: 'TOKEN', value: 'first-value' });
  await give(org, { plugin: 'hello_ext', permissions });
  await stage(org, { version: '1.1.0', files }, { stage: true, deploy_when_approved: true });
  expect((await tryIt(org, next)).body).toMatchObject({
    error: expect.stringMatching(
      /no secret 'TOKEN'.*A trial has none of the secrets and hosts that the version asks for/,
    ),
  });
  await stage(
    org,
    { version: '1.2.0', files: { 'realtime.py': service('return {"proxy": os.environ.get("HTTP_PROXY")}') } },
    { stage: true },
  );
  expect((await tryIt(org, 'hello_ext_1_2_0')).body).toMatchObject({ raw_response: { proxy: null } });
  await decide(org, 'approved');
  expect((await org.post(`${org.plugins}/${next}/deploy`)).status).toBe(200);
  await waitFor(async () =>
    expect((await org.post(`${org.plugins}/${next}/realtime/test`, { inputs: {} })).body).toMatchObject({
      raw_response: { proxy: true, secret: 11 },
    }),
  );
});

test('a handler that fails is an answer', async () => {
  const org = await organization();
  await stage(org, { files: { 'realtime.py': service('raise ValueError("no")') } }, { stage: true });
  expect(await tryIt(org)).toMatchObject({ status: 200, body: { status: 'error', error: 'ValueError: no' } });
});

test('a trial needs the scope to publish', async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  const bo = await personIn(org, 'Bo', { scopes: ['plugins:read', 'plugins:invoke', 'versions:approve'] });
  expect(await tryIt(bo)).toMatchObject({
    status: 403,
    body: { error: { details: { required_scope: 'plugins:write' } } },
  });
});

test("other organizations' and other namespaces' versions are hidden", async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true });
  const bound = await personIn(org, 'Bo', { namespaceIds: [await namespaceIn(org, 'elsewhere')] });
  for (const other of [await organization(), bound])
    expect((await other.post(`${org.plugins}/${firstId}/trial`, {})).status).toBe(404);
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
