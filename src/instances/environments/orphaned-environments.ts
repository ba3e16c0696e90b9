// Deletes environments whose lock no version uses, then packages in no environment, then parts without a row. Such parts come from a
// dead worker or from concurrent installs. A start reinstalls a missing package, so an early deletion costs only time.
import { and, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits/retention.ts';
import { environmentPackages, environments, packages, pluginLocks } from '../../db/schema/environments.ts';
import { readWalk, recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';
import type { Folder } from '../../registry/storage/collector.ts';
import { packagesFolder } from './package-store.ts';

type SweepDeps = Pick<Deps, 'db' | 'clock'>;

/** Rows checked per sweep. */
const pageMax = 90;

/** Table that sweeps walk page by page, and how to find its orphans. */
interface Walk {
  /** Ends with a slash, like a folder, so that an unfinished sweep is due again. */
  mark: string;
  table: typeof environments | typeof packages;
  isOrphan: SQL;
}

const isLocked = sql`exists (select 1 from ${pluginLocks} where ${pluginLocks.digest} = ${environments.lock})`;
const isNeeded = sql`exists (select 1 from ${environmentPackages} where ${environmentPackages.package} = ${packages.key})`;

/**
 * Deleting an environment also unlinks its packages. Packages kept on a builder aren't in the store's listing, so their rows are
 * walked.
 */
const walks: readonly Walk[] = [
  { mark: 'environments/', table: environments, isOrphan: sql`not ${isLocked}` },
  { mark: 'kept-packages/', table: packages, isOrphan: sql`${packages.archiveBytes} = 0 and not ${isNeeded}` },
];

export async function sweepOrphanedEnvironments(deps: SweepDeps): Promise<void> {
  for (const walk of walks) await deleteOrphans(deps, walk);
}

/** Continues where the last sweep stopped; starts over after the last page. */
async function deleteOrphans({ db, clock }: SweepDeps, { mark, table, isOrphan }: Walk): Promise<void> {
  const after = await readWalk(db, mark);
  const from = after ?? '';
  const page = await db.all<{ key: string }>(
    sql`select key from ${table} where key > ${from} order by key limit ${pageMax}`,
  );
  const lastKey = page.length === pageMax ? (page.at(-1)?.key ?? null) : null;
  const before = clock.now() - retention.deletedContentMs;
  const isLooked = sql`${table.key} > ${from} and ${table.key} <= ${page.at(-1)?.key ?? ''}`;
  if (page.length > 0) await db.delete(table).where(and(isLooked, lt(table.createdAt, before), isOrphan));
  if (lastKey !== after) await recordWalk(db, mark, lastKey);
}

/** Parts of packages. Rows go first, so that no new start refers to the parts. */
export const packageParts: Folder = {
  prefix: packagesFolder,
  keptMs: retention.deletedContentMs,
  async unused({ db }, objects, before) {
    if (objects.length === 0) return [];
    const stored = objects.map(({ key }) => partOf(key));
    const keys = [...new Set(stored.map((part) => part.package))];
    await db
      .delete(packages)
      .where(and(inArray(packages.key, keys), lt(packages.createdAt, before), sql`not ${isNeeded}`));
    const rows = await db
      .select({ key: packages.key, parts: packages.parts })
      .from(packages)
      .where(inArray(packages.key, keys));
    const kept = new Map(rows.map(({ key, parts }) => [key, parts.map(({ sha256 }) => sha256)]));
    return stored.filter((part) => !kept.get(part.package)?.includes(part.sha256)).map(({ key }) => key);
  },
};

function partOf(key: string): { key: string; package: string; sha256: string } {
  const [, of = '', sha256 = ''] = /^packages\/([^/]*)\/(.*)$/.exec(key) ?? [];
  return { key, package: of, sha256 };
}
