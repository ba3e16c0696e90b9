// Relocks versions over HTTP: the proposal, and the version that is published from it. The builder resolves to what each test says.
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Lock, LockRequest } from '../../../src/contract/builder/environments.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { namespaces } from '../../../src/db/schema/access.ts';
import { advisories, advisoryPackages } from '../../../src/db/schema/advisories.ts';
import { pluginLocks } from '../../../src/db/schema/environments.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { archiveKey } from '../../../src/registry/storage/archives.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../support/scenes/people.ts';
import { messageOf } from '../../support/scenes/staged.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

async function lockOf(packages: Record<string, string>): Promise<Lock> {
  const names = Object.entries(packages);
  const text = names.map(([name, version]) => `${name}==${version} --hash=sha256:${'a'.repeat(64)}\n`).join('');
  const locked = names.map(([name, version]) => ({ name, version, marker: null, index: null }));
  return { digest: await sha256Hex(text), text, packages: locked, resolver: 'uv' };
}

const proposalSchema = z.looseObject({ digest: z.string() });

/** An organization whose requirements resolve to `resolved`, and a version 1.0.0 locked with the packages. */
async function relocking(packages: Record<string, string> | null, requirements = 'words\n') {
  const asked: LockRequest[] = [];
  let resolved = (_: LockRequest): Record<string, string> => ({});
  const { builder } = watchedBuilder(testApp().deps.builder, {
    lock: async function* (request) {
      asked.push(request);
      yield { type: 'locked', lock: await lockOf(resolved(request)), duration_ms: 1 };
    },
  });
  const app = testApp({ builder });
  const { db } = app.deps;
  const org = await organization({ fetch: app.fetch });
  const made = plugin({ name: 'words_ext', files: { 'requirements.txt': requirements } });
  await publish(org, made);
  const lockOfVersion = async (minor: number, patch: number) => {
    const isVersion = and(
      eq(pluginVersions.organizationId, org.id),
      eq(pluginVersions.minor, minor),
      eq(pluginVersions.patch, patch),
    );
    const [version] = await db.select().from(pluginVersions).where(isVersion);
    if (!version) throw new Error('there is no such version');
    const [lock] = await db.select().from(pluginLocks).where(eq(pluginLocks.versionId, version.id));
    return { version, lock };
  };
  const { version } = await lockOfVersion(0, 0);
  if (packages)
    await db.insert(pluginLocks).values({ ...(await lockOf(packages)), versionId: version.id, createdAt: 0 });
  const path = `${org.plugins}/words_ext_1_0_0/relock`;
  return {
    ...{ db, org, asked, lockOfVersion },
    resolveTo: (answer: typeof resolved) => {
      resolved = answer;
    },
    propose: () => org.post(path),
    publish: (digest: string, more: object = {}) => org.post(`${path}/publish`, { digest, ...more }),
  };
}

const digestOf = (body: unknown) => proposalSchema.parse(body).digest;

test('a proposal lists changed packages and advisories, and is published as the next patch with the same archive and that lock', async () => {
  const r = await relocking({ words: '1.0', base: '1.0', risky: '1.0' });
  r.resolveTo(() => ({ words: '1.1', base: '1.0', risky: '1.1', fresh: '1.0' }));
  const about = { words: ['1.0'], risky: ['1.0', '1.1'], fresh: ['1.0'] };
  for (const [name, versions] of Object.entries(about)) {
    const row = { id: `PYSEC-${name}`, aliases: [], severity: 'high' as const, summary: name, digest: name };
    await r.db.insert(advisories).values({ ...row, matchDue: false, modifiedAt: 0, updatedAt: 0 });
    await r.db
      .insert(advisoryPackages)
      .values({ advisoryId: row.id, ecosystem: 'PyPI', name, affected: { ranges: [], versions } });
  }
  const { status, body } = await r.propose();
  const known = (name: string, version: string) => [
    { advisory_id: `PYSEC-${name}`, severity: 'high', package: `pkg:pypi/${name}@${version}`, fixed_in: null },
  ];
  expect([status, body]).toEqual([
    200,
    {
      success: true,
      plugin_id: 'words_ext_1_0_0',
      name: 'words_ext',
      version: '1.0.0',
      digest: expect.any(String),
      packages: [
        { name: 'fresh', from: null, to: '1.0' },
        { name: 'risky', from: '1.0', to: '1.1' },
        { name: 'words', from: '1.0', to: '1.1' },
      ],
      held_back: [],
      older_than: null,
      advisories: { fixed: known('words', '1.0'), remaining: known('risky', '1.1'), new: known('fresh', '1.0') },
    },
  ]);
  const published = await r.publish(digestOf(body));
  expect([published.status, published.body]).toMatchObject([
    200,
    {
      version: '1.0.1',
      validation_status: 'passed',
      warnings: expect.arrayContaining([expect.objectContaining({ rule: 'SLM401' })]),
    },
  ]);
  const [old, now] = [await r.lockOfVersion(0, 0), await r.lockOfVersion(0, 1)];
  expect(now.version).toMatchObject({ sha256: old.version.sha256, message: 'Relocked words_ext@1.0.0' });
  expect(now.lock?.digest).toBe(digestOf(body));
});

test('the number is the next free patch of the relocked version, whatever is published beyond, and it can be staged', async () => {
  const r = await relocking({ words: '1.0' });
  for (const version of ['1.0.1', '1.1.0']) await publish(r.org, plugin({ name: 'words_ext', version }));
  r.resolveTo(() => ({ words: '1.1' }));
  const published = await r.publish(digestOf((await r.propose()).body), { stage: true, message: 'Newer words' });
  expect([published.status, published.body]).toMatchObject([200, { version: '1.0.2', stage: 'staged' }]);
});

test("the authors of sources that nobody approved don't approve the relocked version, and others do", async () => {
  const r = await relocking({ words: '1.0' });
  const [ana, bo, cleo] = [await personIn(r.org, 'Ana'), await personIn(r.org, 'Bo'), await personIn(r.org, 'Cleo')];
  await r.db
    .update(pluginVersions)
    .set({ createdBy: { type: 'person', id: await personIdOf(ana) } })
    .where(eq(pluginVersions.organizationId, r.org.id));
  r.resolveTo(() => ({ words: '1.1' }));
  const path = `${r.org.plugins}/words_ext_1_0_0/relock`;
  const digest = digestOf((await bo.post(path)).body);
  const published = await bo.post(`${path}/publish`, { digest, stage: true });
  expect(published.body).toMatchObject({ version: '1.0.1', stage: 'staged' });

  const { sha256 } = (await r.lockOfVersion(0, 1)).version;
  const approve = (person: Organization) => person.post(`${r.org.plugins}/words_ext_1_0_1/approve`, { sha256 });
  expect(messageOf(await approve(ana))).toContain('You are an author of the sources that were published again.');
  expect(messageOf(await approve(bo))).toContain('You published this version.');
  expect((await approve(cleo)).status).toBe(200);
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

test('nothing to change is a clear answer, and nothing is published', async () => {
  const r = await relocking({ words: '1.0' });
  r.resolveTo(() => ({ words: '1.0' }));
  const { body } = await r.propose();
  expect(body).toMatchObject({ packages: [] });
  expect(await r.publish(digestOf(body))).toMatchObject({ status: 409 });
});

test('a lock other than the proposed one is not published', async () => {
  const r = await relocking({ words: '1.0' });
  r.resolveTo(() => ({ words: '1.1' }));
  const { body } = await r.propose();
  r.resolveTo(() => ({ words: '1.2' }));
  const refused = await r.publish(digestOf(body));
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('another lock than the proposed one')]);
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
