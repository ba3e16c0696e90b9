// Tests callers that disconnect while the queue works on their request. The request is completed once, as if they had stayed.
// @module-tag git
// @module-tag long
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../../src/db/schema/registry.ts';
import { worker } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { committed, freshGoName, pipelineSource } from '../../support/plugins/go-sources.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

const { deps } = testApp();

/** Sends a request that the queue will work on, and disconnects once Slipway has recorded it. */
async function askAndLeave(org: Organization, path: string, asked: object): Promise<void> {
  const leaving = new AbortController();
  const request = new Request(`http://slipway.test${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.key}`, 'content-type': 'application/json', 'x-leaves': '1' },
    body: JSON.stringify(asked),
    signal: leaving.signal,
  });
  const answered = worker(request).catch(() => undefined);
  await waitFor(async () => expect(await uploadsOf(org)).toHaveLength(1), { interval: 5 });
  leaving.abort();
  await answered;
}

/** Publishes a plugin from Git and disconnects. */
async function publishAndLeave(org: Organization): Promise<string> {
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  const { files } = plugin({ name, version: '1.0.0', realtime: true });
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]));
  const { repository } = await committed(name, 'v1', texts);
  await askAndLeave(org, `${org.plugins}/from-git`, { repository, ref: 'v1', deploy: true });
  return name;
}

function uploadsOf(org: Organization) {
  const { attempts, status } = uploads;
  return deps.db.select({ attempts, status }).from(uploads).where(eq(uploads.ownerId, org.namespaceId));
}

/** Expects that the organization has exactly one of each resource. */
async function expectDoneOnce(org: Organization): Promise<void> {
  expect(await uploadsOf(org)).toEqual([{ attempts: 1, status: 'accepted' }]);
  const versions = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.ownerId, org.namespaceId));
  const ofOrganization = eq(deployments.organizationId, org.id);
  const attempts = await deps.db.select({ status: deployments.status }).from(deployments).where(ofOrganization);
  expect([versions.length, attempts]).toEqual([1, [{ status: 'promoted' }]]);
}

/** On a busy machine, a build takes minutes. */
const patient = { timeout: 600_000, interval: 100 };

test('a publication from Git whose caller disconnects goes live once, in one attempt', {
  timeout: 900_000,
}, async () => {
  const org = await organization();
  const status = `${org.plugins}/${await publishAndLeave(org)}_1_0_0/status`;
  await waitFor(async () => expect((await org.get(status)).body).toMatchObject({ status: 'DEPLOYED' }), patient);
  await expectDoneOnce(org);
});

test('a Go plugin install whose caller disconnects goes live once, in one attempt', {
  tags: ['go'],
  timeout: 900_000,
}, async () => {
  const org = await organization();
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', pipelineSource());
  await askAndLeave(org, '/api/plugins', { name, repository, version: 'v1' });
  const call = { method: 'execute', params: { action: 'report', params: {} } };
  await waitFor(
    async () => expect(await org.post(`/api/plugins/${name}/call`, call)).toMatchObject({ status: 200 }),
    patient,
  );
  await expectDoneOnce(org);
});
