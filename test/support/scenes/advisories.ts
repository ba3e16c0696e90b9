// Advisories in the OSV format, versions with packages, and the hits that are found for them.
import { asc, eq } from 'drizzle-orm';
import { changedAmong, storeStatements, withDigest } from '../../../src/advisories/store-records.ts';
import type { RangeEvent } from '../../../src/contract/advisories.ts';
import type { LockedPackage } from '../../../src/contract/builder/packages.ts';
import type { VersionId } from '../../../src/core/ids.ts';
import { writeAndRead } from '../../../src/db/client.ts';
import { versionAdvisories } from '../../../src/db/schema/advisories.ts';
import { pluginLocks } from '../../../src/db/schema/environments.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import type { Deps } from '../../../src/deps.ts';
import { readRecord } from '../../../src/osv/record.ts';

/** Returns an OSV record about one package. */
export function osv(
  id: string,
  [ecosystem, name]: readonly ['PyPI' | 'Go', string],
  events: RangeEvent[],
  { imports, ...fields }: { imports?: object[]; [field: string]: unknown } = {},
) {
  const type = ecosystem === 'PyPI' ? 'ECOSYSTEM' : 'SEMVER';
  const specific = imports ? { ecosystem_specific: { imports } } : {};
  const affected = [{ package: { ecosystem, name }, ranges: [{ type, events }], ...specific }];
  return { id, modified: '2026-01-01T00:00:00Z', summary: `about ${name}`, affected, ...fields };
}

export const until = (fixed: string): RangeEvent[] => [{ introduced: '0' }, { fixed }];

/** Stores the records as an import does, without matching them. */
export async function storeOsv(deps: Deps, records: readonly object[]): Promise<void> {
  const read = records.flatMap((record) => readRecord(record) ?? []);
  if (read.length < records.length) throw new Error('a record is invalid');
  const changed = await changedAmong(deps, await Promise.all(read.map(withDigest)));
  await writeAndRead(deps.db, storeStatements(deps, changed), { any: deps.db.select().from(pluginVersions).limit(1) });
}

export const locked = (name: string, version: string): LockedPackage => ({ name, version, marker: null, index: null });

/** Gives the version a lock, as if it was stored before advisories were known: it is due for the sweep. */
export async function lockBefore(deps: Deps, versionId: VersionId, packages: LockedPackage[]): Promise<void> {
  await deps.db.batch([
    deps.db
      .insert(pluginLocks)
      .values({ versionId, digest: versionId, text: '', packages, resolver: 'tests', createdAt: 1 }),
    deps.db.update(pluginVersions).set({ packagesIndexedAt: null }).where(eq(pluginVersions.id, versionId)),
  ]);
}

export function hitsOf({ db }: Pick<Deps, 'db'>, versionId: VersionId) {
  return db
    .select({
      advisoryId: versionAdvisories.advisoryId,
      purl: versionAdvisories.purl,
      fixedIn: versionAdvisories.fixedIn,
      reach: versionAdvisories.reach,
      reachDue: versionAdvisories.reachDue,
      announceDue: versionAdvisories.announceDue,
    })
    .from(versionAdvisories)
    .where(eq(versionAdvisories.versionId, versionId))
    .orderBy(asc(versionAdvisories.advisoryId));
}
