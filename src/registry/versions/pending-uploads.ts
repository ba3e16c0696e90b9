// Finds versions that are still being confirmed, to report them as pending instead of unknown (D40), and versions whose upload was
// rejected.
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { notFound, type Reader } from '../../access/actor.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { Problem } from '../../core/problem.ts';
import { isUnderWay, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, requireVersion, type VersionKey, versionSlug } from '../versions/versions.ts';

export type PendingUpload = Pick<typeof uploads.$inferSelect, 'id' | 'name' | 'major' | 'minor' | 'patch'>;

/** Selects, for a batch, the upload being confirmed for this version, or no row. */
export function selectPendingUpload(db: Deps['db'], reader: Pick<Reader, 'organizationId'>, key: VersionKey) {
  const { id, name, major, minor, patch } = uploads;
  return db
    .select({ id, name, major, minor, patch })
    .from(uploads)
    .where(and(ofVersion(reader, key), isUnderWay, sql`${uploads.status} = 'confirming'`))
    .limit(1);
}

function ofVersion(
  { organizationId }: Pick<Reader, 'organizationId'>,
  { ownerId, kind, name, version }: VersionKey,
): SQL | undefined {
  return and(
    eq(uploads.organizationId, organizationId),
    eq(uploads.ownerId, ownerId),
    eq(uploads.name, name),
    eq(uploads.kind, kind),
    eq(uploads.major, version.major),
    eq(uploads.minor, version.minor),
    eq(uploads.patch, version.patch),
  );
}

/** Returns the error for a nonexistent version. It mentions the rejected upload, if there is one. */
export async function unpublished(
  { db }: Pick<Deps, 'db'>,
  reader: Pick<Reader, 'organizationId'>,
  key: VersionKey,
): Promise<Problem> {
  const slug = versionSlug({ name: key.name, ...key.version });
  const [upload] = await db
    .select({ id: uploads.id, findings: uploads.findings })
    .from(uploads)
    .where(and(ofVersion(reader, key), eq(uploads.status, 'rejected')))
    .orderBy(desc(uploads.id))
    .limit(1);
  if (!upload) return notFound('plugin', slug);
  const rules = [...new Set((upload.findings ?? []).filter(isError).map(({ ruleId }) => ruleId))].sort();
  const because = rules.length === 0 ? '' : ` (${rules.join(', ')})`;
  return new Problem('not-found', `Plugin not found: ${slug}. Its upload was rejected${because}`, {
    details: { resource: 'plugin', id: slug, upload_id: upload.id },
    hint: `\`slipway uploads show ${upload.id}\` shows why. Correct it and publish it again.`,
  });
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

export function uploadPending(upload: PendingUpload): Problem {
  const id = versionSlug(upload);
  return new Problem('upload-pending', `The upload of ${id} is still being scanned`, {
    details: { resource: 'plugin', id, upload_id: upload.id },
    retryAfterSeconds: uploadLimits.pendingRetryAfterSeconds,
  });
}

/** Returns the published version. Throws upload-pending if it is still being confirmed, and not-found otherwise. */
export function requirePublished<Version extends PluginVersion>(
  versions: Version[],
  pending: PendingUpload[],
  slug: string,
): Version {
  const [upload] = pending;
  if (versions.length === 0 && upload) throw uploadPending(upload);
  return requireVersion(versions, slug);
}
