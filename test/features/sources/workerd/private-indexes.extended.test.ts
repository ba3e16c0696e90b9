// Deploys plugins with packages from an organization's own index, with the real builder: which credential is used, and what is
// available to another organization, or to a plugin published without a key.
// @module-tag uv
import { eq } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { namespaces } from '../../../../src/db/schema/access.ts';
import { environments, packages, pluginLocks } from '../../../../src/db/schema/environments.ts';
import { pluginVersions } from '../../../../src/db/schema/registry.ts';
import { addCredential, listCredentials, removeCredential } from '../../../../src/features/sources/credentials.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { answerOf } from '../../../support/json-text.ts';
import { manifest } from '../../../support/plugins/plugin.ts';
import { deploy, overview, publishVersion, type Scene, scene } from '../../../support/scenes/scene.ts';
import { watchedBuilder } from '../../../support/workers/watched-builder.ts';

const { source, url } = inject('privateIndex');
const token = 'pypi-of-acme';

const realtime = `import acme_words


class WordsInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"word": acme_words.WORD}
`;
const files = { 'realtime.py': realtime, 'requirements.txt': 'acme-words\n' };

/** Creates an organization with the index, and a plugin that needs the package. */
async function withIndex(given = token, own: Record<string, string> = files): Promise<Scene> {
  const s = await scene({ files: own });
  const deps = { ...s.deps, allowLoopback: true };
  await addCredential(deps, s.actor, {
    source,
    secret: { token: given },
    ...{ username: undefined, expiresAt: null, goModules: undefined, pythonPackages: ['Acme_*'] },
  });
  return { ...s, deps };
}

/** Returns the deployment's ID and its error. */
async function deployed(s: Scene): Promise<{ id: string; error: string | null }> {
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { newest } = await overview(s);
  return { id, error: newest?.error ?? null };
}

const call = async ({ deps }: Scene, id: string) =>
  answerOf(await deps.builder.call(id, '{"inputs": {}, "parameters": {}}'));

test("a plugin is deployed with packages from its organization's index, and the credential is stored nowhere afterwards", async () => {
  const s = await withIndex();
  const { id, error } = await deployed(s);
  expect([error, await call(s, id)]).toMatchObject([null, { status: 'success', result: { word: 'private' } }]);
  const [lock] = await s.deps.db.select().from(pluginLocks).where(eq(pluginLocks.versionId, s.version.id));
  expect(lock?.packages).toEqual([{ name: 'acme-words', version: '1.4', marker: null, index: url }]);
  expect(lock?.text).toContain(`# from ${url} for ${s.actor.organizationId}`);
  const { items } = await listCredentials(s.deps, s.actor, { limit: 10 });
  expect(items).toMatchObject([{ username: '__token__', pythonPackages: ['acme-*'], lastUsedAt: s.clock.now() }]);
  const stored = await everythingStored();
  expect([stored.includes('acme-words'), stored.includes(token)]).toEqual([true, false]);
});

test('two organizations that need the same private package each have their own lock, environment and package', async () => {
  const first = await withIndex();
  expect((await deployed(first)).error).toBeNull();
  const refused = await withIndex('pypi-of-others');
  const { error } = await deployed(refused);
  expect(error).toBe(
    `The index ${url} of your organization rejects its token (401). Set a new token: \`slipway sources rotate ${source}\`.`,
  );
  const second = await withIndex();
  expect((await deployed(second)).error).toBeNull();
  const locks = await first.deps.db.select().from(pluginLocks);
  const mine = locks.filter(({ versionId }) => [first, second].some(({ version }) => version.id === versionId));
  expect(new Set(mine.map(({ digest }) => digest)).size).toBe(2);
  const rows = await first.deps.db.select().from(environments);
  const installed = rows.filter(({ lock }) => mine.some(({ digest }) => digest === lock));
  expect(new Set(installed.flatMap(({ packages: all }) => all.map(({ key }) => key))).size).toBe(2);
});

test('a plugin whose index is gone is redeployed from the store', { tags: 'long' }, async () => {
  const s = await withIndex();
  expect((await deployed(s)).error).toBeNull();
  await removeCredential(s.deps, s.actor, source);
  const { called, builder } = watchedBuilder(s.deps.builder);
  const again = await deployed({ ...s, deps: { ...s.deps, builder } });
  expect([again.error, called.includes('install')]).toEqual([null, false]);
  expect(await call(s, again.id)).toMatchObject({ result: { word: 'private' } });
});

test('a plugin published without a key gets no package from the index', { tags: 'long' }, async () => {
  const s = await withIndex();
  const by = { type: 'anonymous', id: 'anonymous' } as const;
  await s.deps.db.update(pluginVersions).set({ createdBy: by }).where(eq(pluginVersions.id, s.version.id));
  expect((await deployed(s)).error).toBe(
    `The organization's credential for ${source} is not used for plugins that were published without a key. Publish the plugin with an API key.`,
  );
});

test('a package lost by the store is reinstalled with the index credential', {
  tags: 'long',
}, async () => {
  const s = await withIndex();
  expect((await deployed(s)).error).toBeNull();
  await s.deps.db.delete(environments);
  await s.deps.db.delete(packages);
  const version = await publishVersion(s.deps, s.actor, s.namespaceId, { files, version: '1.0.1' });
  const next = await deployed({ ...s, version });
  expect(next.error).toBeNull();
});

test.each([
  ['the namespace', null, '1d', '1d'],
  ['the manifest', '2d', null, '2d'],
  ['the stricter of both', '2d', '12h', '2d'],
])('a package younger than %s allows is not deployed', async (_, declared, namespace, age) => {
  const extra = declared === null ? '' : `dependencies_older_than = "${declared}"\n`;
  const text = manifest({ name: 'hello_ext', version: '1.0.0', extra });
  const s = await withIndex(token, { 'manifest.py': text, 'requirements.txt': 'acme-fresh\n' });
  await s.deps.db.update(namespaces).set({ dependenciesOlderThan: namespace }).where(eq(namespaces.id, s.namespaceId));
  expect((await deployed(s)).error).toContain(
    `\`dependencies_older_than\` allows only packages that are at least ${age} old: acme-fresh 2.0 from 2`,
  );
});
