// Tests which versions are relocked, and the numbers of what comes out.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { namespaces } from '../../../src/db/schema/access.ts';
import { archiveKey } from '../../../src/registry/storage/archives.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { digestOf, relocking } from '../../support/plugins/relocking.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';

test('the number is the next free patch of the relocked version, whatever is published beyond, and it can be staged', async () => {
  const r = await relocking({ words: '1.0' });
  for (const version of ['1.0.1', '1.1.0']) await publish(r.org, plugin({ name: 'words_ext', version }));
  r.resolveTo(() => ({ words: '1.1' }));
  const published = await r.publish(digestOf((await r.propose()).body), { stage: true, message: 'Newer words' });
  expect([published.status, published.body]).toMatchObject([200, { version: '1.0.2', stage: 'staged' }]);
});

test('a stored archive whose upload would now be rejected for a secret can still be relocked', async () => {
  const r = await relocking({ words: '1.0' });
  r.resolveTo(() => ({ words: '1.1' }));
  const { version } = await r.lockOfVersion(0, 0);
  const files = { 'requirements.txt': 'words\n', '.env': 'TOKEN=x\n' };
  await testApp().deps.blobs.put(archiveKey(version.sha256), plugin({ name: 'words_ext', files }).zip);
  const published = await r.publish(digestOf((await r.propose()).body));
  expect([published.status, published.body]).toMatchObject([200, { version: '1.0.1', validation_errors: [] }]);
  expect((await r.org.get(`${r.org.plugins}/words_ext_1_0_1/source`)).text).toContain('.env');
});

test('packages that are too young are listed as held back', async () => {
  const r = await relocking({ words: '1.0' });
  await r.db.update(namespaces).set({ dependenciesOlderThan: '3d' }).where(eq(namespaces.id, r.org.namespaceId));
  r.resolveTo((request) => ({ words: request.older_than === undefined ? '1.1' : '1.0' }));
  expect((await r.propose()).body).toMatchObject({
    packages: [],
    held_back: [{ name: 'words', from: '1.0', to: '1.1' }],
    older_than: '3d',
  });
  expect(r.asked.map((request) => request.older_than)).toEqual(['3d', undefined]);
});

test.each([
  ['declares no dependencies', {}, ''],
  ['has no lock yet', null, 'words\n'],
])('a version that %s is not relocked', async (reason, packages, requirements) => {
  const r = await relocking(packages, requirements);
  const { status, text } = await r.propose();
  expect([status, text]).toEqual([409, expect.stringContaining(reason)]);
});

test('a yanked version is relocked, and a quarantined one is not, even with a proposal from before', async () => {
  const r = await relocking({ words: '1.0' });
  r.resolveTo(() => ({ words: '1.1' }));
  await r.org.patch(`${r.org.plugins}/words_ext_1_0_0`, { yanked: 'Old words' });
  const { body } = await r.propose();
  const { sha256 } = (await r.lockOfVersion(0, 0)).version;
  const admin = clientOf(adminAuthorization, r.org.fetch);
  const quarantine = { reason: 'It leaks.', objection: 'security@example.com' };
  expect((await admin.put(`/v1/admin/quarantines/${sha256}`, quarantine)).status).toBe(200);
  for (const refused of [await r.propose(), await r.publish(digestOf(body))])
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('words_ext 1.0.0 is quarantined') });
  await admin.del(`/v1/admin/quarantines/${sha256}`);
  expect(await r.publish(digestOf(body))).toMatchObject({ status: 200, body: { version: '1.0.1' } });
});
