// Finds the advisories that affect a new version, or a version whose lock is new. Stores its packages first, so that match.ts finds the
// version for an advisory that changes in the meantime.
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { LockedPackage } from '../contract/builder/packages.ts';
import { sweepLimits } from '../contract/limits/leases.ts';
import type { VersionId } from '../core/ids.ts';
import { type Statement as DbStatement, readTogether, writeAndRead } from '../db/client.ts';
import {
  advisories,
  advisoryPackages,
  packageVersions,
  versionAdvisories,
  versionPackages,
} from '../db/schema/advisories.ts';
import { pluginLocks } from '../db/schema/environments.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { findHits, type Hit, type Statement } from './hits.ts';
import { type IndexedPackage, packagesIn } from './packages.ts';

type IndexDeps = Pick<Deps, 'db' | 'clock'>;

/**
 * Compares the version's packages with the advisories. Run it right after the version is accepted, and after its lock is stored. *Dies:*
 * the version stays due, and the sweep repeats it.
 */
export async function indexVersion(deps: IndexDeps, id: VersionId): Promise<void> {
  const { db } = deps;
  const found = await readTogether(db, {
    versions: db
      .select({ organizationId: pluginVersions.organizationId, built: pluginVersions.built })
      .from(pluginVersions)
      .where(and(eq(pluginVersions.id, id), isNull(pluginVersions.deletedAt))),
    locks: db.select({ packages: pluginLocks.packages }).from(pluginLocks).where(eq(pluginLocks.versionId, id)),
  });
  const [version] = found.versions;
  if (!version) return;
  const [lock] = found.locks;
  const packages = packagesIn(version.built, lock?.packages ?? []);
  const statements = await storePackages(deps, id, packages);
  const hits = await findHits(statements, packages);
  await storeHits(deps, { id, organizationId: version.organizationId, hasLock: lock !== undefined }, hits);
}

/** Compares packages that no version contains yet with the advisories. */
export async function findLockedHits({ db }: Pick<Deps, 'db'>, locked: readonly LockedPackage[]): Promise<Hit[]> {
  const packages = packagesIn(null, locked);
  return findHits(await selectStatements(db, packages), packages);
}

/** Stores the version's packages, and returns what advisories say about packages of these names. */
async function storePackages(
  { db }: IndexDeps,
  id: VersionId,
  packages: readonly IndexedPackage[],
): Promise<Statement[]> {
  const list = JSON.stringify(packages.map(({ purl, ecosystem, name, version }) => [purl, ecosystem, name, version]));
  const each = sql`json_each(${list}) p`;
  const isThere = and(eq(pluginVersions.id, id), isNull(pluginVersions.deletedAt));
  const { statements } = await writeAndRead(
    db,
    [
      db
        .insert(packageVersions)
        .select(
          sql`select p.value ->> 0, p.value ->> 1, p.value ->> 2, p.value ->> 3 from ${each} where true on conflict do nothing`,
        ),
      db
        .delete(versionPackages)
        .where(
          and(
            eq(versionPackages.versionId, id),
            sql`${versionPackages.purl} not in (select p.value ->> 0 from ${each})`,
          ),
        ),
      db
        .insert(versionPackages)
        .select(
          sql`select p.value ->> 0, ${pluginVersions.id}, ${pluginVersions.organizationId} from ${pluginVersions} cross join ${each} where ${isThere} on conflict do nothing`,
        ),
    ],
    { statements: selectStatements(db, packages) },
  );
  return statements;
}

function selectStatements(db: Deps['db'], packages: readonly IndexedPackage[]) {
  const names = JSON.stringify(packages.map(({ ecosystem, name }) => [ecosystem, name]));
  const isNamed = sql`(${advisoryPackages.ecosystem}, ${advisoryPackages.name}) in (select n.value ->> 0, n.value ->> 1 from json_each(${names}) n)`;
  return db
    .select({
      advisoryId: advisories.id,
      digest: advisories.digest,
      ecosystem: advisoryPackages.ecosystem,
      name: advisoryPackages.name,
      affected: advisoryPackages.affected,
    })
    .from(advisoryPackages)
    .innerJoin(advisories, eq(advisories.id, advisoryPackages.advisoryId))
    .where(and(isNamed, isNull(advisories.withdrawnAt)));
}

interface Indexed {
  id: VersionId;
  organizationId: string;
  hasLock: boolean;
}

/**
 * Stores the version's hits, and removes those of packages that it no longer contains. Others stay, because an advisory that changed in
 * the meantime may have found them (match.ts). A lock stored in the meantime leaves the version due.
 */
async function storeHits(
  { db, clock }: IndexDeps,
  { id, organizationId, hasLock }: Indexed,
  hits: readonly Hit[],
): Promise<void> {
  const now = clock.now();
  const list = JSON.stringify(hits);
  const isThere = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${id} and ${pluginVersions.deletedAt} is null)`;
  const isSameLock = sql`exists (select 1 from ${pluginLocks} where ${pluginLocks.versionId} = ${id}) = ${Number(hasLock)}`;
  const stale = sql`${versionAdvisories.purl} not in (select ${versionPackages.purl} from ${versionPackages} where ${versionPackages.versionId} = ${id})`;
  const writes: [DbStatement, ...DbStatement[]] = [
    db.delete(versionAdvisories).where(and(eq(versionAdvisories.versionId, id), stale)),
    db
      .insert(versionAdvisories)
      .select(
        sql`select ${id}, h.value ->> 'advisory', h.value ->> 'purl', ${organizationId}, h.value ->> 'fixed', 'unknown', h.value ->> 'uncompared', h.value ->> 'reach', 1, ${now} from json_each(${list}) h cross join ${advisories} on ${advisories.id} = h.value ->> 'advisory' and ${advisories.digest} = h.value ->> 'digest' where ${isThere} on conflict do nothing`,
      ),
    db
      .update(pluginVersions)
      .set({ packagesIndexedAt: now })
      .where(and(eq(pluginVersions.id, id), isNull(pluginVersions.deletedAt), isSameLock)),
  ];
  await db.batch(writes);
}

/** Selects versions that are due, such as those from before advisories were imported. The condition is literal, to match the index. */
export function selectUnindexed({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(sql`${pluginVersions.packagesIndexedAt} is null and ${pluginVersions.deletedAt} is null`)
    .limit(sweepLimits.pickedFrom);
}
