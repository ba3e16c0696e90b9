// Deletes executables that no version refers to: of rejected installs, and of versions deleted a day ago (D16). Their build records are
// deleted first, so that no new install reuses them; while an install is in progress nothing is deleted.
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { retention } from '../../contract/limits.ts';
import { builds } from '../../db/schema/builds.ts';
import { pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';
import { artifactFolder, artifactKey } from './builds.ts';

const user = alias(pluginVersions, 'user');
const install = alias(uploads, 'install');

type SweepDeps = Parameters<typeof sweepFolder>[0];

export function sweepOrphanedArtifacts(deps: SweepDeps): Promise<void> {
  return sweepFolder(deps, artifactFolder, orphanedArtifacts);
}

async function orphanedArtifacts(deps: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const { db, clock } = deps;
  const before = clock.now() - retention.deletedContentMs;
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < before);
  const orphans = await unreferenced(
    db,
    old.map(({ key }) => key.slice(artifactFolder.length)),
    before,
  );
  if (orphans.length === 0) return [];
  const built = sql`(${builds.built} ->> '$.artifact.sha256')`;
  const listed = sql`(select value from json_each(${JSON.stringify(orphans)}))`;
  await db
    .delete(builds)
    .where(sql`${built} in ${listed} and not ${isReferred(built, before)} and not ${isInstalling}`);
  return (await unreferenced(db, orphans, before)).map(artifactKey);
}

const isInstalling = sql`exists (select 1 from ${uploads} ${install} where ${install.kind} in ('pipeline', 'storage') and ${install.status} = 'confirming')`;

/** SQL: a version refers to it, or did until a day ago. */
function isReferred(sha256: SQL, before: number): SQL {
  return sql`exists (select 1 from ${pluginVersions} ${user} where (${user.built} ->> '$.artifact.sha256') = ${sha256} and (${user.deletedAt} is null or ${user.deletedAt} >= ${before}))`;
}

async function unreferenced(db: Deps['db'], digests: string[], before: number): Promise<string[]> {
  const rows = await db.all<{ sha256: string }>(
    sql`select c.value as sha256 from json_each(${JSON.stringify(digests)}) c where not ${isReferred(sql`c.value`, before)} and not ${isInstalling}`,
  );
  return rows.map(({ sha256 }) => sha256);
}
