// Defines which versions are still offered: which ones choices without a number leave out, and what a quarantine forbids.
import { type SQL, sql } from 'drizzle-orm';
import { formatVersion, formatVersionSlug } from '../../contract/plugin/manifest.ts';
import { Problem } from '../../core/problem.ts';
import { pluginVersions } from '../../db/schema/registry.ts';

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

/** SQL: no version with this content is quarantined, in any organization. Publishing or packing it again doesn't get around it. */
export function isNotQuarantined(content: Content): SQL {
  return sql`not exists (select 1 from ${pluginVersions} where ${hasContent(content)} and ${pluginVersions.quarantined} is not null)`;
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
