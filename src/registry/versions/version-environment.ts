// Reads a version's locked dependencies and their installed environments.
import { desc, eq, inArray, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { requireOwner, selectOwner } from '../../access/owners.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { environmentPackages, environments, packages, pluginLocks } from '../../db/schema/environments.ts';
import { type OwnerId, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from './versions.ts';
import { selectVisibleVersion, visibleVersionId } from './visible-versions.ts';

/** Most environments to return. There is one for each Python version and platform that the lock ran on, so there are few. */
const environmentsMax = 20;

export interface VersionEnvironment {
  version: PluginVersion;
  /** Null before the version's first realtime deployment, and for a version without dependencies. */
  lock: typeof pluginLocks.$inferSelect | null;
  /** Newest first, each with its packages in lock order. */
  environments: (Omit<typeof environments.$inferSelect, 'packages'> & { packages: SharedPackage[] })[];
}

export type SharedPackage = Omit<typeof packages.$inferSelect, 'parts' | 'createdAt'> & {
  /** Number of environments in the actor's organization that have this package. Doesn't reveal other organizations' environments. */
  environments: number;
};

/** SQL: the number of environments that have the package, counting only locks of the organization's versions. */
function sharedBy({ organizationId }: Actor) {
  const versions = sql`select ${pluginVersions.id} from ${pluginVersions} where ${pluginVersions.organizationId} = ${organizationId} and ${pluginVersions.deletedAt} is null`;
  const locks = sql`select ${pluginLocks.digest} from ${pluginLocks} where ${pluginLocks.versionId} in (${versions})`;
  const own = sql`select ${environments.key} from ${environments} where ${environments.lock} in (${locks})`;
  const having = sql`select count(*) from ${environmentPackages} where ${environmentPackages.package} = ${packages.key} and ${environmentPackages.environment} in (${own})`;
  return qualified<number>(sql`(${having})`).as('shared_by');
}

/** Makes one D1 round trip. Throws `not-found` if the actor can't see the version. */
export async function versionEnvironment(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<VersionEnvironment> {
  requireScope(actor, 'plugins:read');
  const { db } = deps;
  const key = parseVersionKey(ownerId, slug);
  const versionId = visibleVersionId(key);
  const digest = sql`(select ${pluginLocks.digest} from ${pluginLocks} where ${pluginLocks.versionId} = ${versionId})`;
  const inLock = db.select({ key: environments.key }).from(environments).where(eq(environments.lock, digest));
  const named = db
    .select({ key: environmentPackages.package })
    .from(environmentPackages)
    .where(inArray(environmentPackages.environment, inLock));
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    versions: selectVisibleVersion(db, key),
    locks: db.select().from(pluginLocks).where(eq(pluginLocks.versionId, versionId)),
    environments: db
      .select()
      .from(environments)
      .where(eq(environments.lock, digest))
      .orderBy(desc(environments.createdAt))
      .limit(environmentsMax),
    packages: db
      .select({
        key: packages.key,
        name: packages.name,
        version: packages.version,
        sizeBytes: packages.sizeBytes,
        files: packages.files,
        archiveBytes: packages.archiveBytes,
        removed: packages.removed,
        environments: sharedBy(actor),
      })
      .from(packages)
      .where(inArray(packages.key, named)),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  const byKey = new Map(found.packages.map((one) => [one.key, one]));
  const withPackages = found.environments.map((environment) => ({
    ...environment,
    packages: environment.packages.flatMap(({ key }) => byKey.get(key) ?? []),
  }));
  return { version, lock: found.locks[0] ?? null, environments: withPackages };
}
