// Tests that advisories find the versions they affect, whichever of the two is stored first.
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { indexVersion } from '../../src/advisories/index-version.ts';
import { matchChanged } from '../../src/advisories/match.ts';
import { versionAdvisories, versionPackages } from '../../src/db/schema/advisories.ts';
import { plugins, pluginVersions } from '../../src/db/schema/registry.ts';
import { resolveLock } from '../../src/instances/environments/lock.ts';
import { copyRow } from '../support/database/many-rows.ts';
import { goPlugin } from '../support/plugins/go-plugins.ts';
import { hitsOf, lockBefore, locked, osv, storeOsv, until } from '../support/scenes/advisories.ts';
import { publishVersion, type Scene, scene } from '../support/scenes/scene.ts';
import { watchedBuilder } from '../support/workers/watched-builder.ts';

const always = () => true;
const ids = async ({ deps, version }: Scene) => (await hitsOf(deps, version.id)).map(({ advisoryId }) => advisoryId);

async function lockedScene(name: string): Promise<Scene> {
  const s = await scene();
  await lockBefore(s.deps, s.version.id, [locked(name, '10.1.0'), locked('numpy', '1.26.4')]);
  return s;
}

test('a new advisory finds the versions that contain an affected package', async () => {
  const s = await lockedScene('pillow');
  await indexVersion(s.deps, s.version.id);
  await storeOsv(s.deps, [
    osv('PYSEC-1', ['PyPI', 'Pillow'], until('10.2.0')),
    osv('PYSEC-2', ['PyPI', 'pillow'], until('10.0.0')),
    osv('PYSEC-3', ['PyPI', 'scipy'], until('9')),
  ]);
  expect(await ids(s)).toEqual([]);
  await matchChanged(s.deps, always);
  expect(await hitsOf(s.deps, s.version.id)).toEqual([
    {
      advisoryId: 'PYSEC-1',
      purl: 'pkg:pypi/pillow@10.1.0',
      fixedIn: '10.2.0',
      reach: 'unknown',
      reachDue: false,
      announceDue: true,
    },
  ]);
});

test('a changed advisory loses and finds versions, and a withdrawn one loses all', async () => {
  const s = await lockedScene('lxml');
  const other = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '2.0.0' });
  await lockBefore(s.deps, other.id, [locked('lxml', '10.5.0')]);
  for (const { id } of [s.version, other]) await indexVersion(s.deps, id);
  const edition = async (day: number, events: Parameters<typeof osv>[2], fields = {}) => {
    const modified = `2026-02-0${day}T00:00:00Z`;
    await storeOsv(s.deps, [osv('GHSA-changed', ['PyPI', 'lxml'], events, { modified, ...fields })]);
    await matchChanged(s.deps, always);
    return Promise.all([s.version, other].map(async ({ id }) => (await hitsOf(s.deps, id)).map((hit) => hit.fixedIn)));
  };
  expect(await edition(1, until('10.2.0'))).toEqual([['10.2.0'], []]);
  expect(await edition(2, [{ introduced: '10.4' }, { fixed: '10.6' }])).toEqual([[], ['10.6']]);
  expect(await edition(1, until('10.2.0'))).toEqual([[], ['10.6']]); // an older edition is ignored
  expect(await edition(3, until('11'))).toEqual([['11'], ['11']]);
  expect(await edition(4, until('11'), { withdrawn: '2026-02-04T00:00:00Z' })).toEqual([[], []]);
});

test('a version whose lock is stored is compared at once, and again when the lock is new', async () => {
  const s = await scene();
  await storeOsv(s.deps, [osv('GHSA-locked', ['PyPI', 'flask'], until('3.0'))]);
  expect(await ids(s)).toEqual([]);
  const packages = [locked('flask', '2.3.3'), locked('jinja2', '3.1.2')];
  const { builder } = watchedBuilder(s.deps.builder, {
    lock: async function* () {
      yield { type: 'locked', duration_ms: 1, lock: { digest: 'd', text: '', packages, resolver: 'tests' } };
    },
    isOnRay: async () => false,
  });
  await resolveLock({ ...s.deps, builder }, { id: 'dep_1', version: s.version, log: () => {} }, []);
  expect(await ids(s)).toEqual(['GHSA-locked']);
  const [row] = await s.deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, s.version.id));
  expect(row?.packagesIndexedAt).toBe(s.clock.now());
});

test("a Go version is compared by its modules and its toolchain's standard library", async () => {
  const s = await scene();
  const org = { id: s.actor.organizationId, namespaceId: s.namespaceId };
  await goPlugin(org, 'pipeline', 'upper');
  const [plugin] = await s.deps.db.select().from(plugins).where(eq(plugins.name, 'upper'));
  const id = plugin?.activeVersionId;
  if (!id) throw new Error('not installed');
  const [version] = await s.deps.db.select().from(pluginVersions).where(eq(pluginVersions.id, id));
  if (!version?.built) throw new Error('not built');
  const modules = [{ path: 'golang.org/x/net', version: 'v0.6.0', sum: 'h1:x' }];
  const built = { ...version.built, provenance: { ...version.built.provenance, modules } };
  await s.deps.db.update(pluginVersions).set({ built }).where(eq(pluginVersions.id, id));
  const imports = [{ path: 'golang.org/x/net/html', symbols: ['Parse'] }];
  await storeOsv(s.deps, [
    osv('GO-1', ['Go', 'golang.org/x/net'], until('0.7.0'), { imports }),
    osv('GO-2', ['Go', 'golang.org/x/net'], until('0.5.0'), { imports }),
    osv('GO-3', ['Go', 'stdlib'], [{ introduced: '1.26.0-0' }, { fixed: '1.26.9' }]),
  ]);
  await indexVersion(s.deps, id);
  expect(await hitsOf(s.deps, id)).toMatchObject([
    { advisoryId: 'GO-1', purl: 'pkg:golang/golang.org/x/net@v0.6.0', fixedIn: '0.7.0', reachDue: true },
    { advisoryId: 'GO-3', purl: 'pkg:golang/stdlib@1.26.8', fixedIn: '1.26.9', reachDue: false },
  ]);
});

test('an advisory finds more versions than one statement writes', async () => {
  const s = await lockedScene('werkzeug');
  const { db } = s.deps;
  await indexVersion(s.deps, s.version.id);
  await copyRow('plugin_versions', { from: 1, times: 600 }, { patch: 'i', activation: 'null' });
  await db
    .insert(versionPackages)
    .select(
      sql`select 'pkg:pypi/werkzeug@10.1.0', id, organization_id from ${pluginVersions} where ${pluginVersions.patch} > 0`,
    );
  await storeOsv(s.deps, [osv('GHSA-many', ['PyPI', 'werkzeug'], until('10.2.0'))]);
  await matchChanged(s.deps, always);
  const found = () => db.$count(versionAdvisories, eq(versionAdvisories.advisoryId, 'GHSA-many'));
  expect(await found()).toBe(601);
  const withdrawn = { withdrawn: '2026-02-04T00:00:00Z' };
  await storeOsv(s.deps, [osv('GHSA-many', ['PyPI', 'werkzeug'], until('10.2.0'), withdrawn)]);
  await matchChanged(s.deps, always);
  expect(await found()).toBe(0);
});

/** Returns Deps whose database runs `meanwhile` after its batch number `nth`, as another worker would. */
function interrupted(deps: Scene['deps'], nth: number, meanwhile: () => Promise<unknown>): Scene['deps'] {
  let batches = 0;
  const batch: typeof deps.db.batch = async (statements) => {
    const results = await deps.db.batch(statements);
    batches += 1;
    if (batches === nth) await meanwhile();
    return results;
  };
  const db = new Proxy(deps.db, {
    get(target, name) {
      if (name === 'batch') return batch;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { ...deps, db };
}

test('an advisory that is compared while a version is indexed keeps its hit', async () => {
  const s = await lockedScene('httpx');
  const meanwhile = async () => {
    await storeOsv(s.deps, [osv('GHSA-meanwhile', ['PyPI', 'httpx'], until('11'))]);
    await matchChanged(s.deps, always);
    expect(await ids(s)).toEqual(['GHSA-meanwhile']);
  };
  await indexVersion(interrupted(s.deps, 2, meanwhile), s.version.id);
  expect(await ids(s)).toEqual(['GHSA-meanwhile']);
});

test('a version that is indexed while an advisory is compared keeps its hit', async () => {
  const s = await lockedScene('anyio');
  const other = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '2.0.0' });
  await lockBefore(s.deps, other.id, [locked('anyio', '10.2.0')]);
  await indexVersion(s.deps, s.version.id);
  await storeOsv(s.deps, [osv('GHSA-compared', ['PyPI', 'anyio'], until('11'))]);
  await matchChanged(
    interrupted(s.deps, 1, () => indexVersion(s.deps, other.id)),
    always,
  );
  for (const version of [s.version, other]) expect(await ids({ ...s, version })).toEqual(['GHSA-compared']);
});

test("a package whose version can't be compared is unknown for its advisory, and other packages are compared", async () => {
  const s = await scene();
  await lockBefore(s.deps, s.version.id, [locked('accel', 'of today'), locked('words', '1.0+cpu.cxx11.abi')]);
  await indexVersion(s.deps, s.version.id);
  await storeOsv(s.deps, [
    osv('AAA-1', ['PyPI', 'accel'], until('9.0')),
    osv('AAA-2', ['PyPI', 'accel'], [{ introduced: 'once' }]),
    osv('ZZZ-1', ['PyPI', 'words'], until('9.0')),
  ]);
  expect(await matchChanged(s.deps, always)).toBe(true);
  const found = (await s.deps.db.select().from(versionAdvisories).where(eq(versionAdvisories.versionId, s.version.id)))
    .map(({ advisoryId, fixedIn, uncompared }) => [advisoryId, fixedIn, uncompared])
    .sort();
  expect(found).toEqual([
    ['AAA-1', null, true],
    ['AAA-2', null, true],
    ['ZZZ-1', '9.0', false],
  ]);
});
