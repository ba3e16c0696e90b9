// Deletes environments whose locks no version has any more, then packages that no environment has, then parts without a row: of a worker
// that died, or of two that installed the same. A start that finds a package gone installs it again, so a deletion that comes too early
// costs only time.
import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits/retention.ts';
import { environmentPackages, environments, packages, pluginLocks } from '../../db/schema/environments.ts';
import { storeSweeps } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { sweepFolder } from '../../registry/storage/orphaned-objects.ts';
import { packagesFolder } from './package-store.ts';

type SweepDeps = Parameters<typeof sweepFolder>[0];

/** Environments that one sweep looks at. */
const pageMax = 90;
/** Ends like a folder: a sweep that goes on is due. */
const environmentsWalk = 'environments/';

export async function sweepOrphanedEnvironments(deps: SweepDeps): Promise<void> {
  await deleteUnlocked(deps);
  await sweepFolder(deps, packagesFolder, orphanedParts);
}

/** Continues where the last sweep ended, and starts over after the last page. Their packages lose them at the same time. */
async function deleteUnlocked({ db, clock }: SweepDeps): Promise<void> {
  const progress = await db.query.storeSweeps.findFirst({ where: eq(storeSweeps.prefix, environmentsWalk) });
  const page = await db
    .select({ key: environments.key })
    .from(environments)
    .where(gt(environments.key, progress?.lastKey ?? ''))
    .orderBy(environments.key)
    .limit(pageMax);
  const isLocked = sql`exists (select 1 from ${pluginLocks} where ${pluginLocks.digest} = ${environments.lock})`;
  const keys = page.map(({ key }) => key);
  const isOld = lt(environments.createdAt, clock.now() - retention.deletedContentMs);
  if (keys.length > 0)
    await db.delete(environments).where(and(inArray(environments.key, keys), isOld, sql`not ${isLocked}`));
  const lastKey = page.length === pageMax ? (keys.at(-1) ?? null) : null;
  if (lastKey === (progress?.lastKey ?? null)) return;
  await db
    .insert(storeSweeps)
    .values({ prefix: environmentsWalk, lastKey })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey } });
}

/** The rows are deleted first: from then on no start refers to the parts. */
async function orphanedParts({ db, clock }: Pick<Deps, 'db' | 'clock'>, objects: R2Object[]): Promise<string[]> {
  const before = clock.now() - retention.deletedContentMs;
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < before).map(({ key }) => partOf(key));
  if (old.length === 0) return [];
  const keys = [...new Set(old.map((part) => part.package))];
  const isNeeded = sql`exists (select 1 from ${environmentPackages} where ${environmentPackages.package} = ${packages.key})`;
  await db
    .delete(packages)
    .where(and(inArray(packages.key, keys), lt(packages.createdAt, before), sql`not ${isNeeded}`));
  const rows = await db
    .select({ key: packages.key, parts: packages.parts })
    .from(packages)
    .where(inArray(packages.key, keys));
  const kept = new Map(rows.map(({ key, parts }) => [key, parts.map(({ sha256 }) => sha256)]));
  return old.filter((part) => !kept.get(part.package)?.includes(part.sha256)).map(({ key }) => key);
}

function partOf(key: string): { key: string; package: string; sha256: string } {
  const [, of = '', sha256 = ''] = /^packages\/([^/]*)\/(.*)$/.exec(key) ?? [];
  return { key, package: of, sha256 };
}
