// Asking for an upload: the presigned URL and the number of the version it is for.
import { type Actor, requireScope } from '../../access/actor.ts';
import { formatOwner, requireOwner, selectOwner } from '../../access/owners.ts';
import { formatVersion, type Version } from '../../contract/manifest.ts';
import { Problem } from '../../core/problem.ts';
import { pluginQuota, requireQuota, selectUsage, storageQuota } from '../../db/quotas.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { presign } from '../storage/presign.ts';
import { selectVersion, versionSlug } from '../versions/versions.ts';
import { requireNameNotEnabled, selectNameEnabled } from '../versions/visible-versions.ts';
import { openUpload, type Upload, uploadKey } from './uploads.ts';

export interface UploadRequest {
  name: string;
  /** Left out: the server chooses the next patch. */
  version?: Version;
  description: string | null;
  sizeBytes: number | null;
  expiresInSeconds: number;
}

/** How large it will be in the store, and whether it is there already, shows when it is confirmed. */
const anyArchive = { sha256: '', sizeBytes: 1 };

/** Refuses only what can't work out: an accepted version of that number, an enabled name, a used-up quota. Open uploads reserve nothing (D12). */
export async function requestUpload(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'storage'>,
  actor: Actor,
  ownerId: OwnerId,
  request: UploadRequest,
): Promise<{ upload: Upload; url: string }> {
  requireScope(actor, 'plugins:write');
  const { db } = deps;
  const { name, version, description, sizeBytes, expiresInSeconds } = request;
  const plugin = { ownerId, organizationId: actor.organizationId, kind: 'extractor' as const, name };
  const names = pluginQuota(plugin);
  const storage = storageQuota(actor.organizationId, anyArchive);
  const [owners, [nameUsage], [storageUsage], taken, [enabled]] = await db.batch([
    selectOwner(db, actor, ownerId),
    selectUsage(db, names),
    selectUsage(db, storage),
    // Without a number nothing can be taken: the server chooses a free one.
    selectVersion(db, { ...plugin, version: version ?? { major: -1, minor: -1, patch: -1 } }),
    selectNameEnabled(db, plugin),
  ]);
  requireOwner(owners, ownerId);
  const [existing] = taken;
  if (version && existing) throw versionExists(existing);
  requireNameNotEnabled(enabled);
  requireQuota(names, nameUsage);
  requireQuota(storage, storageUsage);
  const upload = await openUpload(deps, {
    ...plugin,
    ...(version ? { version } : {}),
    description,
    announcedBytes: sizeBytes,
    expiresInSeconds,
    createdBy: actor.ref,
  });
  const url = await presign(deps.storage, {
    method: 'PUT',
    key: uploadKey(upload.id),
    expiresInSeconds,
    signedAt: upload.createdAt,
    ...(sizeBytes === null ? {} : { contentLength: sizeBytes }),
  });
  return { upload, url };
}

/** The error of publishing a version number that the plugin already has. */
export function versionExists(version: Version & { name: string; ownerId: OwnerId }): Problem {
  const message = `Plugin ${version.name}@${formatVersion(version)} already exists in ${formatOwner(version.ownerId)}`;
  return new Problem('version-exists', message, { details: { resource: 'plugin', id: versionSlug(version) } });
}
