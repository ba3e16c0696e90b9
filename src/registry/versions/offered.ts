// Defines which versions are still offered: which ones choices without a number leave out, and what a quarantine forbids.
import { and, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import { formatVersion, formatVersionSlug } from '../../contract/plugin/manifest.ts';
import { Problem } from '../../core/problem.ts';
import { keptQuarantines } from '../../db/schema/quarantines.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

type Version = typeof pluginVersions.$inferSelect;

/** SQL over rows of plugin_versions: the version exists and isn't withdrawn from choices that name no version. */
export const isOffered: SQL = sql`${pluginVersions.deletedAt} is null and ${pluginVersions.yanked} is null and ${pluginVersions.quarantined} is null`;

/**
 * Digests of a version's archive, and of its files, however they are packed (decision 147). The latter is null only for a version from
 * before it existed.
 */
export type Content = Pick<Version, 'sha256' | 'filesSha256'>;

/** SQL over rows of plugin_versions: the version has the same content. */
export function hasContent({ filesSha256, sha256 }: Content): SQL {
  const sameArchive = sql`${pluginVersions.sha256} = ${sha256}`;
  return filesSha256 === null ? sameArchive : sql`(${sameArchive} or ${pluginVersions.filesSha256} = ${filesSha256})`;
}

/**
 * Selects a quarantine of this content, in any organization: of a version with the same files, or of something with the same bytes, as an
 * agent plugin's artifact, also after its organization was removed. Publishing it again, packing it again or registering it as another
 * kind doesn't get around it.
 */
export function selectQuarantine(
  { db, features }: Pick<Deps, 'db' | 'features'>,
  content: Content & Pick<Version, 'uploadSha256'>,
) {
  const bytes = [...new Set([content.sha256, content.uploadSha256])];
  const sameUpload = sql`${pluginVersions.uploadSha256} in ${bytes}`;
  let found = db
    .select({ quarantined: pluginVersions.quarantined })
    .from(pluginVersions)
    .where(and(or(hasContent(content), sameUpload), isNotNull(pluginVersions.quarantined)))
    .$dynamic();
  for (const { digest, rows } of features.flatMap(({ quarantinable = [] }) => quarantinable))
    found = found.unionAll(
      db
        .select({ quarantined: rows.quarantined })
        .from(rows)
        .where(and(inArray(digest, bytes), isNotNull(rows.quarantined))),
    );
  const { filesSha256, sha256, uploadSha256 } = keptQuarantines;
  const isKept = or(
    inArray(sha256, bytes),
    inArray(uploadSha256, bytes),
    content.filesSha256 === null ? undefined : eq(filesSha256, content.filesSha256),
  );
  const kept = db.select({ quarantined: keptQuarantines.quarantined }).from(keptQuarantines).where(isKept);
  return found.unionAll(kept).limit(1);
}

/** Every download of a version's content passes here. */
export function requireDownloadable(
  version: Pick<Version, 'name' | 'quarantined' | 'major' | 'minor' | 'patch'>,
): void {
  const { name, quarantined } = version;
  if (!quarantined) return;
  throw new Problem('quarantined', quarantineMessage(`${name} ${formatVersion(version)}`, quarantined), {
    details: { resource: 'plugin', id: formatVersionSlug(name, version) },
  });
}

/** Returns why something is quarantined, and how to object, for its author. */
export function quarantineMessage(
  subject: string,
  { reason, objection }: { reason: string; objection: string },
): string {
  return `${subject} is quarantined by the operator of this installation: ${reason.replace(/\.$/, '')}. To object: ${objection}`;
}
