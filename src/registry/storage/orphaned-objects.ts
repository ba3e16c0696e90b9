// Says what keeps stored findings and archives.
import { lt, type SQL, sql } from 'drizzle-orm';
import { retention } from '../../contract/limits/retention.ts';
import { pluginVersions, releasedArchives, scans, uploads } from '../../db/schema/registry.ts';
import { archiveKey, indexKey } from './archives.ts';
import { type Folder, unreferenced } from './collector.ts';
import { fileFindingsPrefix } from './stored-findings.ts';

/** Findings without an upload or scan, and cached findings of plugins that are no longer published. */
export const storedFindings: Folder = {
  prefix: 'findings/',
  keptMs: retention.orphanedObjectsMs,
  async unused(deps, objects) {
    const expired = deps.clock.now() - retention.cachedFindingsMs;
    const isCache = ({ key }: R2Object) => key.startsWith(fileFindingsPrefix);
    const { caches = [], owned = [] } = Object.groupBy(objects, (object) => (isCache(object) ? 'caches' : 'owned'));
    return [
      ...caches.filter(({ uploaded }) => uploaded.getTime() < expired).map(({ key }) => key),
      ...(await unreferenced(deps, 'findings/', owned, hasFindings)),
    ];
  },
};

/** SQL: the upload or scan of this name, such as `scn_….json`, has its findings in the store. */
function hasFindings(name: SQL): SQL {
  const id = sql`replace(${name}, '.json', '')`;
  return sql`(exists (select 1 from ${uploads} where ${uploads.id} = ${id} and ${uploads.findings} is null and ${uploads.status} in ('accepted', 'rejected'))
    or exists (select 1 from ${scans} where ${scans.id} = ${id} and ${scans.findings} is null))`;
}

/** SQL: a version has the archive, or was deleted so recently that its archive isn't released yet. */
function isReferenced(sha256: SQL): SQL {
  return sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${sha256} and (${pluginVersions.deletedAt} is null or ${pluginVersions.archiveReleasedAt} is null))`;
}

/**
 * Archives that no version refers to. The statement that checks this also records the release before it happens. So if an upload relies
 * on the stored archive, either it is accepted first and references the archive, or its guard sees the release.
 */
export const storedArchives: Folder = {
  prefix: 'archives/',
  keptMs: retention.orphanedObjectsMs,
  async unused({ db, clock }, objects, before) {
    await db.delete(releasedArchives).where(lt(releasedArchives.releasedAt, before));
    const digests = new Set(objects.flatMap(({ key }) => /^archives\/([0-9a-f]{64})\./.exec(key)?.[1] ?? []));
    if (digests.size === 0) return [];
    const candidates = sql`json_each(${JSON.stringify([...digests])}) candidate`;
    const released = await db
      .insert(releasedArchives)
      .select(
        sql`select candidate.value, ${clock.now()} from ${candidates} where not ${isReferenced(sql`candidate.value`)} on conflict do update set released_at = excluded.released_at`,
      )
      .returning({ sha256: releasedArchives.sha256 });
    return released.flatMap(({ sha256 }) => [archiveKey(sha256), indexKey(sha256)]);
  },
};
