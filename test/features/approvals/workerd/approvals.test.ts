// Tests staged publishing over HTTP: which versions wait, what can't be done with them, and who may approve or reject them.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { pluginVersions } from '../../../../src/db/schema/registry.ts';
import { sweep } from '../../../../src/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIn, stageOnlyJob } from '../../../support/scenes/people.ts';
import { approve, digestOf, messageOf, stage } from '../../../support/scenes/staged.ts';
import { waitFor } from '../../../support/waiting.ts';
import { id, next, staged, typesOf, waits } from '../scenes/approvals.ts';

describe('a version that waits', () => {
  test('a version waits if its publisher asks for it', async () => {
    const org = await organization();
    const { body } = await stage(org, {}, { stage: true });
    expect(body).toMatchObject({ stage: 'staged', message: 'Plugin staged. It waits for approval.' });
    expect(await typesOf(org)).toContain('version.staged');
    expect(await typesOf(org)).not.toContain('version.published');
  });

  test('a version waits if a CI job published it that may only stage', async () => {
    const job = await stageOnlyJob(await organization());
    expect((await stage(job)).body).toMatchObject({ stage: 'staged' });
  });

  test('a version waits if its namespace demands approval', async () => {
    const org = await organization();
    await org.patch(`/v1/namespaces/${org.namespaceId}?without_approvers=true`, { requires_approval: true });
    expect((await stage(org)).body).toMatchObject({ stage: 'staged' });
    expect(await typesOf(org)).toContain('namespace.approval_changed');
  });

  test('a version waits if its plugin demands approval', async () => {
    const org = await organization();
    await publish(org, plugin());
    const setting = { requires_approval: true };
    expect((await org.patch(`${org.plugins}/by-name/hello_ext?without_approvers=true`, setting)).body).toMatchObject(
      setting,
    );
    expect((await stage(org, { version: '1.1.0' })).body).toMatchObject({ stage: 'staged' });
    expect(await typesOf(org)).toContain('plugin.approval_changed');
  });

  test("a version of the organization's plugin waits", async () => {
    const org = { ...(await organization()), plugins: '/v1/plugins' };
    expect((await stage(org, {}, { stage: true })).body).toMatchObject({ stage: 'staged', namespace_id: null });
    const ana = { ...(await personIn(org, 'Ana')), plugins: '/v1/plugins' };
    expect((await approve(ana)).body).toMatchObject({ stage: 'approved', deployment: null });
  });
});

test('the first version is listed and found by its ID before the plugin has an active version', async () => {
  const org = await organization();
  await stage(org, {}, { stage: true });
  expect((await org.get(org.plugins)).body).toMatchObject({ plugins: [{ plugin_id: id, stage: 'staged' }], total: 1 });
  expect((await org.get(`${org.plugins}/${id}`)).body).toMatchObject({
    plugin: { stage: 'staged', approval: null, deployed: false },
  });
  expect((await org.get(`${org.plugins}/${id}/source?path=manifest.py`)).status).toBe(200);
});

test('a staged version does not become active, and is compared with the active one', async () => {
  const org = await organization();
  await publish(org, plugin());
  await stage(org, { version: '1.1.0' }, { stage: true });
  const { body } = await org.get(`${org.plugins}/by-name/hello_ext/versions`);
  expect(body).toMatchObject({
    active_version: '1.0.0',
    results: [
      { version: '1.1.0', stage: 'staged' },
      { version: '1.0.0', stage: null },
    ],
  });
  const { results } = Object((await org.get('/v1/approvals')).body);
  expect(results).toMatchObject([{ plugin_id: next, active_version: '1.0.0', published_by: { type: 'key' } }]);
  for (const url of [results[0].diff_url, results[0].scan_url]) expect((await org.get(url)).status).toBe(200);
});

describe('a staged version', () => {
  test('a staged version is refused by a deployment', async () => {
    const org = await staged();
    const answer = await org.post(`${org.plugins}/${next}/deploy`, { deployment_type: 'realtime' });
    expect([answer.status, messageOf(answer)]).toEqual([409, waits]);
  });

  test('a staged version is refused by a rollback', async () => {
    const org = await staged();
    const answer = await org.post(`${org.plugins}/by-name/hello_ext/rollback`, { version: '1.1.0' });
    expect([answer.status, messageOf(answer)]).toEqual([409, waits]);
    expect((await org.get(`${org.plugins}/by-name/hello_ext/versions`)).body).toMatchObject({
      active_version: '1.0.0',
    });
  });

  test('a rejected version is refused by a deployment, and keeps its number', async () => {
    const org = await staged();
    const ana = await personIn(org, 'Ana');
    const sha256 = await digestOf(org, next);
    const rejected = await ana.post(`${org.plugins}/${next}/reject`, { sha256, note: 'Reads the environment' });
    expect(rejected.body).toMatchObject({
      stage: 'rejected',
      approval: { by: { name: 'Ana' }, note: 'Reads the environment' },
    });
    const answer = await org.post(`${org.plugins}/${next}/deploy`, { deployment_type: 'realtime' });
    expect([answer.status, messageOf(answer)]).toEqual([409, 'hello_ext 1.1.0 was not approved.']);
    expect((await openConflict(org)).status).toBe(409);
  });

  const openConflict = (org: Organization) =>
    org.post(`${org.plugins}/uploads`, { name: 'hello_ext', version: '1.1.0' });
});

describe('an approval', () => {
  test('an approval makes the version active and deploys it if the publisher asked for that', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    await stage(await stageOnlyJob(org), { realtime: true }, { deploy_when_approved: true });
    const { body } = await approve(ana, id, { note: 'Fine' });
    expect(body).toMatchObject({
      stage: 'approved',
      approval: { by: { type: 'person', name: 'Ana', via: 'cli' }, note: 'Fine' },
      deployment: { deployment_id: expect.stringMatching(/^dep_/) },
      deployment_error: null,
    });
    const approved = (await eventsOf(org)).find(({ type }) => type === 'version.approved');
    expect(approved).toMatchObject({ actor: { name: 'Ana' }, data: { plugin_id: id, note: 'Fine' } });
    const queued = (await eventsOf(org)).find(({ type }) => type === 'deployment.queued');
    expect(queued).toMatchObject({ actor: { name: 'Ana' } });
    await waitFor(async () =>
      expect((await org.get(`${org.plugins}/${id}/status`)).body).toMatchObject({ status: 'DEPLOYED' }),
    );
  });

  test('an approval deploys nothing if the publisher did not ask for it', async () => {
    const org = await organization();
    await stage(org, {}, { stage: true });
    expect((await approve(await personIn(org, 'Ana'))).body).toMatchObject({ stage: 'approved', deployment: null });
    expect((await org.get(`${org.plugins}/by-name/hello_ext/versions`)).body).toMatchObject({
      active_version: '1.0.0',
    });
  });

  test('an approval is refused to the publisher', async () => {
    const ana = await personIn(await organization(), 'Ana');
    await stage(ana, {}, { stage: true });
    const answer = await approve(ana);
    expect([answer.status, messageOf(answer)]).toEqual([
      403,
      'You published this version. Another person has to approve or reject it.',
    ]);
  });

  test('an approval is refused to service keys and CI jobs', async () => {
    const org = await organization();
    await stage(await personIn(org, 'Ana'), {}, { stage: true });
    for (const actor of [org, await stageOnlyJob(org)]) {
      const answer = await approve(actor);
      expect([answer.status, messageOf(answer)]).toEqual([
        403,
        'Only a person can approve or reject a version, not a service key or a CI job',
      ]);
    }
  });

  test('an approval needs its scope', async () => {
    const org = await organization();
    await stage(org, {}, { stage: true });
    const bo = await personIn(org, 'Bo', { scopes: ['plugins:read', 'plugins:write', 'plugins:deploy'] });
    expect((await approve(bo)).body).toMatchObject({ error: { details: { required_scope: 'versions:approve' } } });
  });

  test('an approval is refused if the version has other content than the approver saw', async () => {
    const org = await organization();
    await stage(org, {}, { stage: true });
    const sha256 = await digestOf(org);
    await org.del(`${org.plugins}/${id}`);
    await stage(org, { files: { 'extra.py': 'x = 1\n' } }, { stage: true });
    const answer = await (await personIn(org, 'Ana')).post(`${org.plugins}/${id}/approve`, { sha256 });
    expect([answer.status, messageOf(answer)]).toEqual([
      409,
      `hello_ext 1.0.0 has other content now: its archive is sha256:${await digestOf(org)}`,
    ]);
  });

  test("other organizations' and other namespaces' versions are hidden", async () => {
    const org = await organization();
    await stage(org, {}, { stage: true });
    const sha256 = await digestOf(org);
    const stranger = await personIn(await organization(), 'Eve');
    const bound = await personIn(org, 'Bo', { namespaceIds: [await namespaceIn(org, 'elsewhere')] });
    for (const other of [stranger, bound]) {
      expect((await other.post(`${org.plugins}/${id}/approve`, { sha256 })).status).toBe(404);
      expect((await other.get('/v1/approvals')).body).toMatchObject({ results: [] });
    }
  });
});

test('a version that waited too long is deleted, and can no longer be approved', async () => {
  const org = await organization();
  const ana = await personIn(org, 'Ana');
  await stage(org, {}, { stage: true });
  await database(env.DB)
    .update(pluginVersions)
    .set({ stagedUntil: 1 })
    .where(eq(pluginVersions.organizationId, org.id));
  const answer = await approve(ana);
  expect([answer.status, messageOf(answer)]).toEqual([
    409,
    'hello_ext 1.0.0 waited for approval until 1970-01-01T00:00:00.001Z, and is being deleted',
  ]);
  await sweep(testApp().deps);
  expect((await org.get(`${org.plugins}/${id}`)).status).toBe(404);
  expect(await typesOf(org)).toContain('version.stage_expired');
});

test('only an approver can cease to demand approval', async () => {
  const org = await organization();
  await publish(org, plugin());
  const admin = await clientWithKey(org, { scopes: ['namespaces:admin'] });
  for (const path of [`/v1/namespaces/${org.namespaceId}`, `${org.plugins}/by-name/hello_ext`]) {
    expect((await admin.patch(`${path}?without_approvers=true`, { requires_approval: true })).body).toMatchObject({
      requires_approval: true,
    });
    expect((await admin.patch(path, { requires_approval: false })).status).toBe(403);
    expect((await org.patch(path, { requires_approval: false })).body).toMatchObject({ requires_approval: false });
  }
});

test('only an approver can free the name of a namespace that demands approval', async () => {
  const org = await organization();
  const path = `/v1/namespaces/${await namespaceIn(org, 'production')}`;
  const admin = await clientWithKey(org, { scopes: ['namespaces:admin'] });
  await admin.patch(`${path}?without_approvers=true`, { requires_approval: true });
  expect((await admin.patch(path, { namespace_name: 'old' })).status).toBe(403);
  expect((await admin.del(path)).status).toBe(403);
  expect((await org.patch(path, { namespace_name: 'old' })).body).toMatchObject({ namespace_name: 'old' });
  expect((await org.del(path)).status).toBe(200);
});
