// Finds versions that are still being confirmed, so that they are reported as pending instead of as unknown (D40).
import { and, eq, sql } from 'drizzle-orm';
import type { Reader } from '../../access/actor.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { Problem } from '../../core/problem.ts';
import { isUnderWay, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, requireVersion, type VersionKey, versionSlug } from '../versions/versions.ts';

export type PendingUpload = Pick<typeof uploads.$inferSelect, 'id' | 'name' | 'major' | 'minor' | 'patch'>;

/** Selects for a batch the upload that is being confirmed for this version, or no row. */
export function selectPendingUpload(
  db: Deps['db'],
  { organizationId }: Pick<Reader, 'organizationId'>,
  { ownerId, kind, name, version }: VersionKey,
) {
  const { id, major, minor, patch } = uploads;
  return db
    .select({ id, name: uploads.name, major, minor, patch })
    .from(uploads)
    .where(
      and(
        eq(uploads.organizationId, organizationId),
        eq(uploads.ownerId, ownerId),
        eq(uploads.name, name),
        isUnderWay,
        sql`${uploads.status} = 'confirming'`,
        eq(uploads.kind, kind),
        eq(major, version.major),
        eq(minor, version.minor),
        eq(patch, version.patch),
      ),
    )
    .limit(1);
}

export function uploadPending(upload: PendingUpload): Problem {
  const id = versionSlug(upload);
  return new Problem('upload-pending', `The upload of ${id} is still being scanned`, {
    details: { resource: 'plugin', id, upload_id: upload.id },
    retryAfterSeconds: uploadLimits.pendingRetryAfterSeconds,
  });
}

/** Returns the published version. Throws upload-pending if it is still being confirmed, else not-found. */
export function requirePublished(versions: PluginVersion[], pending: PendingUpload[], slug: string): PluginVersion {
  const [upload] = pending;
  if (versions.length === 0 && upload) throw uploadPending(upload);
  return requireVersion(versions, slug);
}
