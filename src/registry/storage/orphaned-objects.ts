// What lies in the store and no row refers to: a process died between object and row, or a publish was refused after it had stored
// its archive. A page of each folder at a time, over and over; younger objects may still get their row. Uploaded objects go by age
// alone (sweepArchives).
import { and, eq, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { isId } from '../../core/ids.ts';
import { pluginVersions, releasedArchives, scans, storeSweeps, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { artifactFolder } from '../agents/artifact.ts';
import { releaseOrphanedCopies } from '../agents/artifact-copies.ts';
import { archiveKey, indexKey } from './archives.ts';
import { fileFindingsPrefix, fileFindingsRetentionMs } from './stored-findings.ts';

/** No upload, and no scan of one, takes as long. */
const orphanAgeMinMs = 3 * 24 * 3600 * 1000;

/** D1 takes 100 parameters. */
const pageMax = 90;

type SweepDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'queues' | 'defer'>;

export async function sweepOrphanedObjects(deps: SweepDeps): Promise<void> {
  await sweepFolder(deps, 'findings/', orphanedFindings);
  await sweepFolder(deps, 'archives/', releaseArchives);
  await sweepFolder(deps, artifactFolder, releaseCopies);
  const { db, clock } = deps;
  await db.delete(releasedArchives).where(lt(releasedArchives.releasedAt, clock.now() - orphanAgeMinMs));
}

/** Goes on where the last sweep ended, and begins anew after the last page. *Dies:* the page comes again. */
export async function sweepFolder(
  deps: SweepDeps,
  prefix: string,
  findOrphans: (deps: SweepDeps, objects: R2Object[]) => Promise<string[]>,
): Promise<void> {
  const { db, blobs } = deps;
  const place = await db.query.storeSweeps.findFirst({ where: eq(storeSweeps.prefix, prefix) });
  const after = place?.lastKey;
  const page = await blobs.list({ prefix, limit: pageMax, ...(after ? { startAfter: after } : {}) });
  const strays = await findOrphans(deps, page.objects);
  if (strays.length > 0) await blobs.delete(strays);
  const lastKey = page.truncated ? (page.objects.at(-1)?.key ?? null) : null;
  if (lastKey === (after ?? null)) return;
  await db
    .insert(storeSweeps)
    .values({ prefix, lastKey })
    .onConflictDoUpdate({ target: storeSweeps.prefix, set: { lastKey } });
}

/** Findings that neither an upload nor a scan has there; and what is kept of plugins that nobody publishes any more. */
async function orphanedFindings({ db, clock }: SweepDeps, objects: R2Object[]): Promise<string[]> {
  const now = clock.now();
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - orphanAgeMinMs);
  const [ofFiles, others] = [true, false].map((is) =>
    old.filter(({ key }) => key.startsWith(fileFindingsPrefix) === is),
  );
  const owners = (others ?? []).map(({ key }) => ({ key, id: /^findings\/(.*)\.json$/.exec(key)?.[1] ?? '' }));
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
  const referred = new Set<string>(rows.flat().map(({ id }) => id));
  return [
    ...(ofFiles ?? [])
      .filter(({ uploaded }) => uploaded.getTime() < now - fileFindingsRetentionMs)
      .map(({ key }) => key),
    ...owners.filter(({ id }) => !referred.has(id)).map(({ key }) => key),
  ];
}

/** SQL: a version has the archive, or had it less than a day ago. */
function isReferenced(sha256: SQL): SQL {
  return sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${sha256} and (${pluginVersions.deletedAt} is null or ${pluginVersions.archiveReleasedAt} is null))`;
}

/**
 * Archives of no version. Each release is told in a row before it happens, in the statement that asks once more: a publish that found
 * the archive stored is accepted before that row, and then the archive is referred to, or its guard sees the row.
 */
async function releaseArchives({ db, clock }: SweepDeps, objects: R2Object[]): Promise<string[]> {
  const now = clock.now();
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < now - orphanAgeMinMs);
  const digests = new Set(old.flatMap(({ key }) => /^archives\/([0-9a-f]{64})\./.exec(key)?.[1] ?? []));
  if (digests.size === 0) return [];
  const candidates = sql`json_each(${JSON.stringify([...digests])}) c`;
  const released = await db
    .insert(releasedArchives)
    .select(
      sql`select c.value, ${now} from ${candidates} where not ${isReferenced(sql`c.value`)} on conflict do update set released_at = excluded.released_at`,
    )
    .returning({ sha256: releasedArchives.sha256 });
  return released.flatMap(({ sha256 }) => [archiveKey(sha256), indexKey(sha256)]);
}

/** Deleted there, since more than the object goes with it. */
async function releaseCopies(deps: SweepDeps, objects: R2Object[]): Promise<string[]> {
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < deps.clock.now() - orphanAgeMinMs);
  await releaseOrphanedCopies(
    deps,
    old.map(({ key }) => key),
  );
  return [];
}
