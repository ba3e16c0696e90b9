// Executables that no version has: built for an install that was refused, or of versions that were deleted a day ago (D16). What is
// known of their builds goes first, so that nothing relies on them; while an install is under way, which may, none goes.
import { type SQL, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits.ts';
import { builds } from '../../db/schema/builds.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';
import { artifactFolder, artifactKey } from './builds.ts';

type SweepDeps = Parameters<typeof sweepFolder>[0];

export function sweepOrphanedArtifacts(deps: SweepDeps): Promise<void> {
  return sweepFolder(deps, artifactFolder, strayArtifacts);
}

async function strayArtifacts(deps: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const { db, clock } = deps;
  const before = clock.now() - retention.deletedContentMs;
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < before);
  const found = await strays(
    db,
    old.map(({ key }) => key.slice(artifactFolder.length)),
    before,
  );
  if (found.length === 0) return [];
  const built = sql`(${builds.built} ->> '$.artifact.sha256')`;
  const listed = sql`(select value from json_each(${JSON.stringify(found)}))`;
  await db
    .delete(builds)
    .where(sql`${built} in ${listed} and not ${isReferred(built, before)} and not ${isInstalling}`);
  return (await strays(db, found, before)).map(artifactKey);
}

const isInstalling = sql`exists (select 1 from uploads u where u.kind in ('pipeline', 'storage') and u.status = 'confirming')`;

/** SQL: a version has it, or had it a day ago. */
function isReferred(sha256: SQL, before: number): SQL {
  return sql`exists (select 1 from plugin_versions v where (v.built ->> '$.artifact.sha256') = ${sha256} and (v.deleted_at is null or v.deleted_at >= ${before}))`;
}

async function strays(db: Deps['db'], digests: string[], before: number): Promise<string[]> {
  const rows = await db.all<{ sha256: string }>(
    sql`select c.value as sha256 from json_each(${JSON.stringify(digests)}) c where not ${isReferred(sql`c.value`, before)} and not ${isInstalling}`,
  );
  return rows.map(({ sha256 }) => sha256);
}
