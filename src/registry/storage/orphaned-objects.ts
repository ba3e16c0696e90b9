// Deletes stored objects that no row refers to, because a process died between writing object and row, or an upload was rejected after
// its archive was stored. Each sweep handles one page per folder. Young objects are left alone, because their row may still be written.
// Uploaded objects are deleted by age alone (sweepStaleUploads).
import { and, eq, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits/retention.ts';
import { isId } from '../../core/ids.ts';
import { pluginVersions, releasedArchives, scans, storeSweeps, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { artifactFolder } from '../agents/artifact.ts';
import { releaseOrphanedCopies } from '../agents/artifact-copies.ts';
import { archiveKey, indexKey } from './archives.ts';
import { fileFindingsPrefix } from './stored-findings.ts';

/** D1 binds at most 100 parameters. */
const pageMax = 90;

type SweepDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'queues' | 'log'>;

export async function sweepOrphanedObjects(deps: SweepDeps): Promise<void> {
  await sweepFolder(deps, 'findings/', orphanedFindings);
  await sweepFolder(deps, 'archives/', releaseArchives);
  await sweepFolder(deps, artifactFolder, releaseCopies);
  const { db, clock } = deps;
  await db.delete(releasedArchives).where(lt(releasedArchives.releasedAt, clock.now() - retention.orphanedObjectsMs));
}

/**
 * Sweeps one page of a folder. Continues where the last sweep stopped; starts over after the last page. *Dies:* the page is swept
 * again.
 */
export async function sweepFolder(
  deps: SweepDeps,
  prefix: string,
  findOrphans: (deps: SweepDeps, objects: R2Object[]) => Promise<string[]>,
  limit = pageMax,
): Promise<void> {
  const { db, blobs } = deps;
  const [progress] = await db.select().from(storeSweeps).where(eq(storeSweeps.prefix, prefix)).limit(1);
  const after = progress?.lastKey;
  const page = await blobs.list({ prefix, limit, ...(after ? { startAfter: after } : {}) });
  const orphans = await findOrphans(deps, page.objects);
  if (orphans.length > 0) await blobs.delete(orphans);
  const lastKey = page.truncated ? (page.objects.at(-1)?.key ?? null) : null;
  if (lastKey === (after ?? null)) return;
  await db
    .insert(storeSweeps)
    .values({ prefix, lastKey })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey } });
}

/** Returns findings without an upload or scan, and cached findings of plugins that are no longer published. */
async function orphanedFindings({ db, clock }: SweepDeps, objects: R2Object[]): Promise<string[]> {
  const now = clock.now();
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - retention.orphanedObjectsMs);
  const expired = now - retention.cachedFindingsMs;
  const isCache = ({ key }: R2Object) => key.startsWith(fileFindingsPrefix);
  const owners = old
    .filter((object) => !isCache(object))
    .map(({ key }) => ({ key, id: /^findings\/(.*)\.json$/.exec(key)?.[1] ?? '' }));
  const uploadIds = owners.flatMap(({ id }) => (isId('upload', id) ? [id] : []));
  const scanIds = owners.flatMap(({ id }) => (isId('scan', id) ? [id] : []));
  const inStore = or(eq(uploads.status, 'accepted'), eq(uploads.status, 'rejected'));
  const rows = await db.batch([
    db
      .select({ id: uploads.id })
      .from(uploads)
      .where(and(inArray(uploads.id, uploadIds), isNull(uploads.findings), inStore)),
    db
      .select({ id: scans.id })
      .from(scans)
      .where(and(inArray(scans.id, scanIds), isNull(scans.findings))),
  ]);
  const referenced = new Set<string>(rows.flat().map(({ id }) => id));
  return [
    ...old.filter((object) => isCache(object) && object.uploaded.getTime() < expired).map(({ key }) => key),
    ...owners.filter(({ id }) => !referenced.has(id)).map(({ key }) => key),
  ];
}

/** SQL: a version has the archive, or was deleted so recently that its archive isn't released yet. */
function isReferenced(sha256: SQL): SQL {
  return sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${sha256} and (${pluginVersions.deletedAt} is null or ${pluginVersions.archiveReleasedAt} is null))`;
}

/**
 * Returns archives that no version refers to. The statement that checks this also records the release before it happens. So if an
 * upload relies on the stored archive, either it is accepted first and references the archive, or its guard sees the release.
 */
async function releaseArchives({ db, clock }: SweepDeps, objects: R2Object[]): Promise<string[]> {
  const now = clock.now();
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - retention.orphanedObjectsMs);
  const digests = new Set(old.flatMap(({ key }) => /^archives\/([0-9a-f]{64})\./.exec(key)?.[1] ?? []));
  if (digests.size === 0) return [];
  const candidates = sql`json_each(${JSON.stringify([...digests])}) candidate`;
  const released = await db
    .insert(releasedArchives)
    .select(
      sql`select candidate.value, ${now} from ${candidates} where not ${isReferenced(sql`candidate.value`)} on conflict do update set released_at = excluded.released_at`,
    )
    .returning({ sha256: releasedArchives.sha256 });
  return released.flatMap(({ sha256 }) => [archiveKey(sha256), indexKey(sha256)]);
}

/** Releases artifact copies. Returns no keys, because artifact-copies.ts deletes the objects. */
async function releaseCopies(deps: SweepDeps, objects: R2Object[]): Promise<string[]> {
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < deps.clock.now() - retention.orphanedObjectsMs);
  await releaseOrphanedCopies(
    deps,
    old.map(({ key }) => key),
  );
  return [];
}
