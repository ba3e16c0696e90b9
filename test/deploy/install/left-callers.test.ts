// Callers who leave while the queue works for them: what they asked for is done once, as if they had stayed.
// @module-tag git
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../../src/db/schema/registry.ts';
import { worker } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { committed, freshGoName } from '../../support/plugins/go-sources.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

const { deps } = testApp();

/** Publishes a plugin from Git, and leaves when Slipway knows of it. */
async function publishAndLeave(org: Organization): Promise<string> {
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  const { files } = plugin({ name, version: '1.0.0', realtime: true });
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]));
  const { repository } = await committed(name, 'v1', texts);
  const leaving = new AbortController();
  const request = new Request(`http://slipway.test${org.plugins}/from-git`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.key}`, 'content-type': 'application/json', 'x-leaves': '1' },
    body: JSON.stringify({ repository, ref: 'v1', deploy: true }),
    signal: leaving.signal,
  });
  const answered = worker(request).catch(() => undefined);
  await waitFor(async () => expect(await uploadsOf(org)).toHaveLength(1), { interval: 5 });
  leaving.abort();
  await answered;
  return name;
}

function uploadsOf(org: Organization) {
  const { attempts, status } = uploads;
  return deps.db.select({ attempts, status }).from(uploads).where(eq(uploads.ownerId, org.namespaceId));
}

// Promised in docs/operations.md: A caller who leaves changes nothing
test('a publication from Git whose caller is cut off is live once, by one attempt', async () => {
  const org = await organization();
  const name = await publishAndLeave(org);
  await waitFor(
    async () =>
      expect((await org.get(`${org.plugins}/${name}_1_0_0/status`)).body).toMatchObject({ status: 'DEPLOYED' }),
    { timeout: 120_000, interval: 100 },
  );
  expect(await uploadsOf(org)).toEqual([{ attempts: 1, status: 'accepted' }]);
  const versions = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.ownerId, org.namespaceId));
  const ofOrganization = eq(deployments.organizationId, org.id);
  const attempts = await deps.db.select({ status: deployments.status }).from(deployments).where(ofOrganization);
  expect([versions.length, attempts]).toEqual([1, [{ status: 'promoted' }]]);
});
