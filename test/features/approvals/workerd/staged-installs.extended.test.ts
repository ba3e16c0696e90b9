// Tests Go plugins whose versions wait for approval, over HTTP, with a real Git repository, scanner and compiler.
// @module-tag git
// @module-tag go
import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { pluginVersions } from '../../../../src/db/schema/registry.ts';
import { sweep } from '../../../../src/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import {
  committed,
  freshGoName,
  pipelineSource,
  returning,
  storageSource,
} from '../../../support/plugins/go-sources.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIn, stageOnlyJob } from '../../../support/scenes/people.ts';
import { messageOf } from '../../../support/scenes/staged.ts';
import { waitFor } from '../../../support/waiting.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const plugins = '/api/plugins';
const first = pipelineSource({ body: returning('first') });
const second = pipelineSource({ body: returning('second') });
const stagedModel = z.object({
  results: z.array(
    z.object({ code_hash: z.string(), plugin_id: z.string(), diff_url: z.string().nullable(), kind: z.string() }),
  ),
});

async function demanding(files = first, path = plugins) {
  const app = testApp();
  const org = await organization({ fetch: app.fetch });
  await org.patch(`/v1/namespaces/${org.namespaceId}?without_approvers=true`, { requires_approval: true });
  const name = freshGoName();
  const source = await committed(name, 'v1', files);
  const install = (by: Organization = org) => by.post(path, { name, repository: source.repository, version: 'v1' });
  return { ...app, org, name, install, ana: await personIn(org, 'Ana') };
}

async function waiting(org: Organization) {
  const [staged] = stagedModel.parse((await org.get('/v1/approvals')).body).results;
  if (!staged) throw new Error('no version waits');
  return staged;
}

async function decide(person: Organization, verb: 'approve' | 'reject') {
  const { code_hash: sha256, kind, plugin_id } = await waiting(person);
  return person.post(`${person.plugins}/${plugin_id}/${verb}`, { sha256, kind });
}

const call = (org: Organization, name: string) =>
  org.post(`${plugins}/${name}/call`, { method: 'execute', params: { action: 'report', params: {} } });

const versions = (org: Organization, name: string) => org.get(`${org.plugins}/by-name/${name}/versions?kind=pipeline`);

test('a Go plugin waits, is in no list of installed plugins, and is deployed by its approval', async () => {
  const { ana, install, name, org } = await demanding();
  expect(await install()).toMatchObject({ status: 201, body: { name, status: 'staged', loaded: false } });
  expect((await org.get(plugins)).body).toEqual([]);
  expect((await org.get(`${plugins}/${name}`)).status).toBe(404);
  const called = await call(org, name);
  expect([called.status, messageOf(called)]).toEqual([409, `Plugin ${name} waits for approval`]);
  expect(messageOf(await install())).toBe(`Plugin ${name} waits for approval`);
  expect(messageOf(await versions(org, name))).toBe(`Plugin ${name} waits for approval`);
  expect((await org.get('/v1/approvals')).body).toMatchObject({
    results: [{ kind: 'pipeline', name, version: 'v1', capabilities: [], diff_url: null, scan_url: null }],
  });
  expect((await decide(ana, 'approve')).body).toMatchObject({
    stage: 'approved',
    deployment: { deployment_id: expect.stringMatching(/^dep_/) },
  });
  await waitFor(async () => expect((await call(org, name)).text).toContain('first'));
  const queued = (await eventsOf(org)).find(({ type }) => type === 'deployment.queued');
  expect(queued).toMatchObject({ actor: { name: 'Ana' } });
});

test('an update that waits is compared with the installed version, which keeps its calls until the approval', async () => {
  const { ana, install, name, org } = await demanding();
  await install();
  await decide(ana, 'approve');
  await waitFor(async () => expect((await call(org, name)).text).toContain('first'));
  await committed(name, 'v2', second);
  const update = await org.put(`${plugins}/${name}`, { version: 'v2' });
  expect(update.body).toMatchObject({ status: 'staged', version: 'v2' });
  expect((await org.get(`${plugins}/${name}`)).body).toMatchObject({ status: 'active', version: 'v1' });
  expect((await call(org, name)).text).toContain('first');
  expect((await org.get((await waiting(org)).diff_url ?? '')).body).toMatchObject({
    v1: 'v1',
    v2: 'v2',
    summary: { files_changed: 1 },
  });
  const back = await org.post(`${org.plugins}/by-name/${name}/rollback`, { kind: 'pipeline', version: 'v2' });
  expect([back.status, Object(back.body).error.type]).toEqual([409, expect.any(String)]);
  await decide(ana, 'approve');
  await waitFor(async () => expect((await call(org, name)).text).toContain('second'));
});

test('a rejected Go plugin is never installed, and another version can be', async () => {
  const { ana, install, name, org } = await demanding();
  await install();
  expect((await decide(ana, 'reject')).body).toMatchObject({ stage: 'rejected', deployment: null });
  expect((await call(org, name)).status).toBe(404);
  expect((await install()).body).toMatchObject({ status: 'staged' });
  expect((await decide(ana, 'approve')).body).toMatchObject({ stage: 'approved' });
  await waitFor(async () => expect((await call(org, name)).text).toContain('first'));
  expect((await versions(org, name)).body).toMatchObject({
    results: [
      { active: true, stage: 'approved' },
      { active: false, stage: 'rejected' },
    ],
  });
});

test('a Go plugin that waited too long is deleted', async () => {
  const { deps, install, name, org } = await demanding();
  await install();
  await deps.db.update(pluginVersions).set({ stagedUntil: 1 }).where(eq(pluginVersions.organizationId, org.id));
  await sweep(deps);
  expect((await versions(org, name)).status).toBe(404);
  expect((await install()).body).toMatchObject({ status: 'staged' });
});

test('a storage plugin of a CI job that may only stage waits', async () => {
  const { ana, name, org } = await demanding(first, '/api/storage-plugins');
  await ana.patch(`/v1/namespaces/${org.namespaceId}`, { requires_approval: false });
  const { repository } = await committed(name, 'v3', storageSource('kept'));
  const job = await stageOnlyJob(org);
  const installed = await job.post('/api/storage-plugins', { name, repository, version: 'v3' });
  expect(installed.body).toMatchObject({ status: 'staged' });
  expect((await decide(ana, 'approve')).body).toMatchObject({ stage: 'approved' });
  await waitFor(async () =>
    expect((await org.get(`/api/storage-plugins/${name}`)).body).toMatchObject({ status: 'active' }),
  );
});
