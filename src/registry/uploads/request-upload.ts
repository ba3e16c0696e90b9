// Creates an upload with its presigned URL, for a version that can still be published.
import { sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { formatOwner, requireOwner, selectOwner } from '../../access/owners.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { formatVersion, type Version } from '../../contract/plugin/manifest.ts';
import { Problem } from '../../core/problem.ts';
import { requireWithinBudget, selectRefusing } from '../../db/budgets.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { pluginQuota, requireQuota, selectUsage, unannouncedUploads } from '../../db/quotas.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import { storageQuota } from '../../db/stored-bytes.ts';
import type { Deps } from '../../deps.ts';
import { presign } from '../storage/presign.ts';
import { selectVersion, versionSlug } from '../versions/versions.ts';
import { requireNameNotEnabled, selectNameEnabled } from '../versions/visible-versions.ts';
import { type NewUpload, openUpload } from './open-upload.ts';
import { type Upload, uploadKey } from './uploads.ts';

export interface UploadRequest {
  name: string;
  /** Defaults to the next patch version. */
  version?: Version;
  description: string | null;
  sizeBytes: number | null;
  expiresInSeconds: number;
  /** Whether the version waits for approval even if nothing demands it. */
  stage?: boolean;
  /** Whether approval deploys the version, if it waits for one. */
  deployApproved?: boolean;
  /** How the name gets to the version that approval deploys. Defaults to what the plugin or the namespace says. */
  release?: Upload['release'];
  relockOf?: NewUpload['relockOf'];
}

/**
 * Creates an upload. Rejects requests that can't succeed: the version exists, the name is already enabled from the organization, or a
 * quota is exceeded. An open upload reserves its announced size, but no version number (D12, D28).
 */
export async function requestUpload(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'storage'>,
  actor: Actor,
  ownerId: OwnerId,
  request: UploadRequest,
): Promise<{ upload: Upload; url: string }> {
  requireScope(actor, 'plugins:write', request.name);
  const { db } = deps;
  const { name, version, description, sizeBytes, expiresInSeconds, stage = false, deployApproved = false } = request;
  if (deployApproved) requireScope(actor, 'plugins:deploy', request.name);
  const plugin = { ownerId, organizationId: actor.organizationId, kind: 'extractor' as const, name };
  const names = pluginQuota(plugin);
  const storage = storageQuota(actor.organizationId, sizeBytes ?? 1);
  const unannounced = unannouncedUploads(plugin, deps.clock.now());
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    nameUsage: selectUsage(db, names),
    storageUsage: selectUsage(db, storage),
    unannounced: db.select({ count: qualified(unannounced) }).from(sql`(select 1)`),
    // Matches nothing if no version is given; the server then chooses a free one.
    versions: selectVersion(db, { ...plugin, version: version ?? { major: -1, minor: -1, patch: -1 } }),
    enabled: selectNameEnabled(db, plugin),
    refusing: selectRefusing(db, { ...plugin, namespaceId: ownerId }, sql`true`, ['stored_bytes']),
  });
  requireOwner(found.owners, ownerId);
  const [existing] = found.versions;
  if (existing) throw versionExists(existing);
  requireNameNotEnabled(found.enabled[0]);
  requireQuota(names, found.nameUsage[0]);
  requireQuota(storage, found.storageUsage[0]);
  requireWithinBudget(found.refusing[0], deps.clock.now(), ['stored_bytes']);
  if (sizeBytes === null) requireAnnouncement(found.unannounced[0]?.count ?? 0);
  const row = {
    ...plugin,
    ...(version ? { version } : {}),
    description,
    announcedBytes: sizeBytes,
    expiresInSeconds,
    toStage: stage || actor.stageOnly,
    deployApproved,
    release: request.release ?? null,
    ...(request.relockOf ? { relockOf: request.relockOf } : {}),
    createdBy: actor.ref,
  };
  const hasRoom = sizeBytes === null ? sql`${unannounced} < ${uploadLimits.unannouncedMax}` : storage.hasRoom;
  const upload = await openUpload(deps, row, hasRoom);
  if (!upload) throw new Problem('conflict', 'Concurrent uploads have just used up the remaining quota');
  const url = await presign(deps.storage, {
    method: 'PUT',
    key: uploadKey(upload.id),
    expiresInSeconds,
    signedAt: upload.createdAt,
  });
  return { upload, url };
}

/** Throws if too many uploads without an announced size are open. */
function requireAnnouncement(count: number): void {
  const { unannouncedMax } = uploadLimits;
  if (count < unannouncedMax) return;
  const message = `${count} of ${unannouncedMax} uploads without an announced size are open here. Send file_size_bytes, or confirm the open uploads.`;
  throw new Problem('quota-exceeded', message, {
    details: { resource: 'unannounced_uploads', current_count: count, max_allowed: unannouncedMax },
  });
}

/** Returns the error for a version number that the plugin already has. */
export function versionExists(version: Version & { name: string; ownerId: OwnerId }): Problem {
  const message = `Plugin ${version.name}@${formatVersion(version)} already exists in ${formatOwner(version.ownerId)}`;
  return new Problem('version-exists', message, { details: { resource: 'plugin', id: versionSlug(version) } });
}
