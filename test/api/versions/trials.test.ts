// Tests trial calls of versions that wait for approval, over HTTP with the real builder: who may make them, what they can reach, and
// what they leave unchanged.
import { expect, test } from 'vitest';
import { deployments, livePointers } from '../../../src/db/schema/deploy.ts';
import { eventsOf } from '../../support/events.ts';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { give } from '../../support/scenes/granted.ts';
import { namespaceIn, organization } from '../../support/scenes/organization.ts';
import { personIn, stageOnlyJob } from '../../support/scenes/people.ts';
import { storeSecret } from '../../support/scenes/secrets.ts';
import { firstId, stage } from '../../support/scenes/staged.ts';
import { waitFor } from '../../support/waiting.ts';
import { db, decide, service, tryIt } from './trial-scene.ts';

const next = 'hello_ext_1_1_0';

const permissions = { secrets: ['TOKEN'], network: ['api.example.com'] };

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
