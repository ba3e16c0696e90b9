// Creates an upload with its presigned URL, for a version that can still be published.
import { sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { formatOwner, requireOwner, selectOwner } from '../../access/owners.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { formatVersion, type Version } from '../../contract/plugin/manifest.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { type OwnerId, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { budgetLimit } from '../../limits/budgets.ts';
import { type Limit, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { pluginQuota } from '../../limits/quotas.ts';
import { storageQuota } from '../../limits/stored-bytes.ts';
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
  const now = deps.clock.now();
  const storage = storageQuota(actor.organizationId, sizeBytes ?? 1);
  const budget = budgetLimit({ ...plugin, namespaceId: ownerId }, now, ['stored_bytes']);
  const announcement = sizeBytes === null ? announcementLimit(plugin, now) : undefined;
  const limits = [pluginQuota(plugin), storage, budget, ...(announcement ? [announcement] : [])];
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    exceeded: selectExceeded(db, limits),
    // Matches nothing if no version is given; the server then chooses a free one.
    versions: selectVersion(db, { ...plugin, version: version ?? { major: -1, minor: -1, patch: -1 } }),
    enabled: selectNameEnabled(db, plugin),
  });
  requireOwner(found.owners, ownerId);
  const [existing] = found.versions;
  if (existing) throw versionExists(existing);
  requireNameNotEnabled(found.enabled[0]);
  requireRoom(limits, found.exceeded);
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
  const upload = await openUpload(deps, row, (announcement ?? storage).hasRoom);
  if (!upload) throw new Problem('conflict', 'Concurrent uploads have just used up the remaining quota');
  const url = await presign(deps.storage, {
    method: 'PUT',
    key: uploadKey(upload.id),
    expiresInSeconds,
    signedAt: upload.createdAt,
  });
  return { upload, url };
}

/** Returns the limit of open uploads without an announced size, which reserve no bytes. */
function announcementLimit(
  { organizationId, ownerId }: Pick<Upload, 'organizationId' | 'ownerId'>,
  now: number,
): Limit {
  const { announcedBytes, expiresAt, status } = uploads;
  const { unannouncedMax } = uploadLimits;
  const open = sql`(select count(*) from ${uploads}
    where ${uploads.organizationId} = ${organizationId} and ${uploads.ownerId} = ${ownerId}
      and ${status} = 'open' and ${announcedBytes} is null and ${expiresAt} > ${now})`;
  return {
    hasRoom: sql`${open} < ${unannouncedMax}`,
    amounts: sql`cast(${open} as text)`,
    exceeded: (count) => {
      const message = `${count} of ${unannouncedMax} uploads without an announced size are open here. Send file_size_bytes, or confirm the open uploads.`;
      return new Problem('quota-exceeded', message, {
        details: { resource: 'unannounced_uploads', current_count: Number(count), max_allowed: unannouncedMax },
      });
    },
  };
}

/** Returns the error for a version number that the plugin already has. */
export function versionExists(version: Version & { name: string; ownerId: OwnerId }): Problem {
  const message = `Plugin ${version.name}@${formatVersion(version)} already exists in ${formatOwner(version.ownerId)}`;
  return new Problem('version-exists', message, { details: { resource: 'plugin', id: versionSlug(version) } });
}
