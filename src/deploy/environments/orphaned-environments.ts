// Deletes environments whose locks no version has any more, and archives without a row: of a worker that died, or of two that installed the
// same. A start that finds its archive gone installs it again, so a deletion that comes too early costs only time.
import { sql } from 'drizzle-orm';
import { retention } from '../../contract/limits/retention.ts';
import { environments, pluginLocks } from '../../db/schema/environments.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';
import { environmentArchiveKey, environmentsFolder } from './environment.ts';

type SweepDeps = Parameters<typeof sweepFolder>[0];

export function sweepOrphanedEnvironments(deps: SweepDeps): Promise<void> {
  return sweepFolder(deps, environmentsFolder, orphanedArchives);
}

/** The rows are deleted first: from then on no start refers to the archive. */
async function orphanedArchives({ db, clock }: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const before = clock.now() - retention.deletedContentMs;
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < before);
  if (old.length === 0) return [];
  const listed = JSON.stringify(old.map(({ key }) => key.slice(environmentsFolder.length)));
  const isLocked = sql`exists (select 1 from ${pluginLocks} where ${pluginLocks.digest} = ${environments.lock})`;
  await db
    .delete(environments)
    .where(sql`${environments.archive} in (select value from json_each(${listed})) and not ${isLocked}`);
  const orphans = await db.all<{ archive: string }>(
    sql`select c.value as archive from json_each(${listed}) c where not exists (select 1 from ${environments} where ${environments.archive} = c.value)`,
  );
  return orphans.map(({ archive }) => environmentArchiveKey(archive));
}
