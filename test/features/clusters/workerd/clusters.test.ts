// Tests Ray clusters over HTTP: the checks before a cluster is added, which organizations may use it, what is returned and stored, and
// what never is.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { clusterLimits } from '../../../../src/contract/features/clusters/limits.ts';
import { listTrustedClusters } from '../../../../src/features/clusters/clusters.ts';
import { clusters } from '../../../../src/features/clusters/tables.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { sweep } from '../../../../src/sweep.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { clockAt } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { unreachable } from '../../../support/fake-receiver.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { gpu, path, scene } from '../scenes/clusters.ts';
import { rayToken } from '../scenes/fake-ray.ts';
import { connect, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

test('a cluster is checked with its token, and returned with every other field', async () => {
  const { operator, calls, org } = await scene();
  const { status, body, text } = await operator.post(path, { ...gpu, trusted_for: [org.id, org.id] });
  expect([status, body]).toEqual([
    200,
    {
      cluster_id: expect.stringMatching(/^clu_[0-9a-hjkmnp-tv-z]{26}$/),
      ...{ name: 'gpu', dashboard_url: 'https://ray.example.com', serve_url: 'https://serve.example.com' },
      ...{ trusted_for: [org.id], network: 'none', state: 'ready', message: null, ray_version: '2.60.0', files: 'any' },
      ...{ checked_at: time, created_at: time },
    },
  ]);
  const paths = calls.map(({ url, headers, redirect }) => [new URL(url).pathname, headers.authorization, redirect]);
  const job = expect.stringMatching(/^\/api\/jobs\/slipway-reach-[0-9a-f-]+$/);
  expect(paths).toEqual(
    ['/api/version', '/api/serve/applications/', '/api/jobs/', job].map((asked) => [
      asked,
      `Bearer ${rayToken}`,
      'manual',
    ]),
  );
  const shown = await operator.get(`${path}/gpu`);
  const listed = await operator.get(path);
  expect(shown.body).toEqual(body);
  expect(listed.body).toEqual({ results: [body], pagination: { limit: 100, next_cursor: null } });
  expect(text + shown.text + listed.text).not.toContain(rayToken);
});

test('a name and a dashboard can each be used only once', async () => {
  const { operator } = await scene();
  await operator.post(path, gpu);
  const sameName = await operator.post(path, { ...gpu, dashboard_url: 'https://other.example.com' });
  expect([sameName.status, sameName.body]).toMatchObject([
    409,
    { error: { message: 'A cluster named gpu already exists' } },
  ]);
  const sameDashboard = await operator.post(path, { ...gpu, name: 'other' });
  const message = 'The dashboard https://ray.example.com is connected as the cluster gpu';
  expect([sameDashboard.status, sameDashboard.body]).toMatchObject([409, { error: { message } }]);
});

test('an organization sees the clusters trusted for it or for all, without their addresses', async () => {
  const { operator, org, fetch } = await scene();
  const other = await organization({ fetch });
  await operator.post(path, { ...gpu, trusted_for: [org.id] });
  await operator.post(path, { ...gpu, name: 'all', dashboard_url: 'https://all.example.com' });
  const last = { state: 'ready', ray_version: '2.60.0', files: 'any', checked_at: time };
  const wire = (name: string) => ({ name, ...last, network: 'none', deployments: 0 });
  expect(await org.get('/v1/clusters')).toMatchObject({ status: 200, body: { results: [wire('all'), wire('gpu')] } });
  const { body, text } = await other.get('/v1/clusters');
  expect(body).toEqual({ results: [wire('all')], pagination: { limit: 100, next_cursor: null } });
  expect(text).not.toContain('example.com');
});

test('a cluster for a missing organization is refused before anything is sent', async () => {
  const { operator, calls } = await scene();
  for (const id of ['org_00000000000000000000000000', 'acme']) {
    const { status, body } = await operator.post(path, { ...gpu, trusted_for: [id] });
    expect([status, body]).toMatchObject([404, { error: { message: `Organization not found: ${id}` } }]);
  }
  expect(calls).toEqual([]);
});

test('each organization that a cluster names gets an event when the cluster is added, its network changed, and when it is removed', async () => {
  const { operator, org, fetch } = await scene();
  const other = await organization({ fetch });
  await operator.post(path, { ...gpu, trusted_for: [org.id, other.id] });
  for (const network of ['open', 'open'])
    expect((await operator.patch(`${path}/gpu`, { network })).body).toMatchObject({ name: 'gpu', network });
  expect((await operator.del(`${path}/gpu`)).body).toEqual({ success: true, name: 'gpu' });
  expect((await operator.get(`${path}/gpu`)).status).toBe(404);
  expect((await operator.del(`${path}/gpu`)).status).toBe(404);
  for (const each of [org, other]) {
    const events = (await eventsOf(each)).filter(({ type }) => type.startsWith('organization.cluster_'));
    expect(events.map(({ type, data, actor }) => [type, data, actor.type])).toEqual([
      ['organization.cluster_added', { name: 'gpu', network: 'none' }, 'admin'],
      ['organization.cluster_changed', { name: 'gpu', network: 'open' }, 'admin'],
      ['organization.cluster_removed', { name: 'gpu' }, 'admin'],
    ]);
  }
});

test('a token is stored nowhere in the database in plain text, and a sealed token is not sent to another dashboard', async () => {
  const { operator, deps, calls } = await scene();
  await operator.send('POST', path, { body: gpu, headers: { 'idempotency-key': 'added-once' } });
  const stored = await everythingStored();
  expect(stored).toContain('https://ray.example.com');
  expect(stored).not.toContain(rayToken);
  expect(stored).not.toContain(btoa(rayToken).slice(0, -4));
  await deps.db.update(clusters).set({ dashboardUrl: 'https://evil.example.com' }).where(eq(clusters.name, 'gpu'));
  calls.length = 0;
  const { body } = await operator.post(`${path}/gpu/check`);
  expect(body).toMatchObject({
    state: 'token-unreadable',
    message:
      "The cluster's token can no longer be decrypted: DATA_KEK has changed. Remove the cluster and add it again.",
  });
  expect(calls).toEqual([]);
});

test("a check stores its result, keeps the last version that it could read, and allows only Slipway's applications", async () => {
  const { operator, ray, respondWith, ...made } = await scene();
  await operator.post(path, gpu);
  Object.assign(ray, { applications: ['slipway-1'], version: '2.61.0' });
  expect((await operator.post(`${path}/gpu/check`)).body).toMatchObject({ state: 'ready', ray_version: '2.61.0' });
  ray.applications.push('theirs');
  const message = expect.stringContaining('other Ray Serve applications: "theirs". Use');
  expect((await operator.post(`${path}/gpu/check`)).body).toMatchObject({ state: 'foreign-applications', message });
  respondWith(unreachable);
  const gone = { state: 'unreachable', ray_version: '2.61.0' };
  expect((await operator.post(`${path}/gpu/check`)).body).toMatchObject(gone);
  expect((await operator.get(`${path}/gpu`)).body).toMatchObject(gone);
  expect((await made.org.get('/v1/clusters')).body).toMatchObject({ results: [{ name: 'gpu', state: 'unreachable' }] });
});

test('the sweep checks a cluster five minutes after its last check', async () => {
  const clock = clockAt(Date.parse('2026-05-06T07:08:09Z'));
  const { operator, deps, ray, calls } = await scene({ clock });
  await operator.post(path, gpu);
  ray.token = 'rotated';
  clock.advance(clusterLimits.checkEveryMs);
  calls.length = 0;
  await sweep(deps);
  expect(calls).toEqual([]);
  clock.advance(1);
  await sweep(deps);
  await sweep(deps);
  expect(calls).toHaveLength(1);
  expect((await operator.get(`${path}/gpu`)).body).toMatchObject({
    state: 'token-refused',
    checked_at: '2026-05-06T07:13:09.001Z',
  });
});

test('an organization sees how many of its own deployments run on a cluster, and no other organization sees them', async () => {
  const one = await rayScene();
  const other = await rayScene();
  await connect(one);
  const { id } = await deploy(one);
  await advanceDeployment(one.deps, id);
  const listed = async ({ actor, deps }: RayScene) => (await listTrustedClusters(deps, actor, { limit: 10 })).items;
  expect([await listed(one), await listed(other)]).toMatchObject([
    [{ name: 'gpu', deployments: 1 }],
    [{ name: 'gpu', deployments: 0 }],
  ]);
  await one.deps.builder.stop(id);
  expect(await listed(one)).toMatchObject([{ name: 'gpu', deployments: 0 }]);
});

test('only `open` and `none` are networks of a cluster, and only an existing cluster can be changed', async () => {
  const { operator } = await scene();
  expect((await operator.post(path, { ...gpu, network: 'closed' })).status).toBe(422);
  expect((await operator.post(path, { ...gpu, network: 'open' })).body).toMatchObject({ network: 'open' });
  expect((await operator.patch(`${path}/gpu`, {})).status).toBe(422);
  expect((await operator.patch(`${path}/other`, { network: 'none' })).status).toBe(404);
});
