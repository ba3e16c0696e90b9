// Advisories in the OSV format, versions with packages, and advisories that affect versions, as the import and the comparison leave them.
import { env } from 'cloudflare:workers';
import { and, asc, eq } from 'drizzle-orm';
import { storeStatements, withDigest } from '../../../src/advisories/store-records.ts';
import {
  packageUrl,
  type RangeEvent,
  type Reach,
  type Severity,
  type UsedPackage,
} from '../../../src/contract/advisories.ts';
import type { LockedPackage } from '../../../src/contract/builder/packages.ts';
import { parseVersion } from '../../../src/contract/plugin/manifest.ts';
import type { OrganizationId, VersionId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { advisories, packageVersions, versionAdvisories, versionPackages } from '../../../src/db/schema/advisories.ts';
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
  await deps.db.batch(storeStatements(deps, await Promise.all(read.map(withDigest)), deps.ids('advisoryImport')));
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

export const oldRequests: UsedPackage = { ecosystem: 'PyPI', name: 'requests', version: '2.31.0' };

export interface Known {
  id: string;
  severity?: Severity | null;
  aliases?: string[];
  withdrawn?: boolean;
}

/** Stores an advisory, as an import does. */
export async function know({ aliases = [], id, severity = 'high', withdrawn = false }: Known): Promise<void> {
  const row = {
    ...{ id, aliases, severity, summary: `About ${id}`, digest: id, matchDue: false },
    publishedAt: Date.parse('2026-01-02T00:00:00Z'),
    modifiedAt: Date.parse('2026-01-03T00:00:00Z'),
    withdrawnAt: withdrawn ? 1 : null,
    updatedAt: 0,
  };
  await database(env.DB).insert(advisories).values(row).onConflictDoUpdate({ target: advisories.id, set: row });
}

export interface Hit {
  package?: UsedPackage;
  fixedIn?: string | null;
  reach?: Reach;
  reachDue?: boolean;
  uncompared?: boolean;
  createdAt?: number;
}

/** Has known advisories affect the organization's version NAME@NUMBER, as the comparison does. */
export async function affect(
  org: { id: OrganizationId },
  plugin: string,
  advisoryIds: readonly string[],
  {
    package: used = oldRequests,
    fixedIn = '2.32.4',
    reach = 'unknown',
    reachDue = false,
    uncompared = false,
    createdAt = 0,
  }: Hit = {},
): Promise<void> {
  const db = database(env.DB);
  const [name = '', number = ''] = plugin.split('@');
  const { major = 0, minor = 0, patch = 0 } = parseVersion(number) ?? {};
  const [version] = await db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(
      and(
        eq(pluginVersions.organizationId, org.id),
        eq(pluginVersions.name, name),
        eq(pluginVersions.major, major),
        eq(pluginVersions.minor, minor),
        eq(pluginVersions.patch, patch),
      ),
    );
  if (!version) throw new Error(`no version ${plugin}`);
  const purl = packageUrl(used);
  await db
    .insert(packageVersions)
    .values({ ...used, purl })
    .onConflictDoNothing();
  await db
    .insert(versionPackages)
    .values({ purl, versionId: version.id, organizationId: org.id })
    .onConflictDoNothing();
  const hit = { versionId: version.id, organizationId: org.id, purl, fixedIn, reach, reachDue, uncompared, createdAt };
  for (const advisoryId of advisoryIds)
    await db.insert(versionAdvisories).values({ ...hit, advisoryId, announceDue: true });
}
