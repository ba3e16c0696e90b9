// Publishes a version's sources again with the proposed lock, as the next patch version.
import type { Actor } from '../access/actor.ts';
import { actorMadeBy, authorIds } from '../contract/events/authors.ts';
import { uploadLimits } from '../contract/limits/uploads.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { labelOf, proposeRelock, type Relocked } from '../instances/environments/relock.ts';
import { archiveKey } from '../registry/storage/archives.ts';
import { storable } from '../registry/storage/turns.ts';
import type { UploadOutcome } from '../registry/uploads/outcomes.ts';
import { requestUpload } from '../registry/uploads/request-upload.ts';
import { uploadKey, uploadScope } from '../registry/uploads/uploads.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { confirmUpload } from './requests.ts';

export interface RelockRequest extends Relocked {
  /** Digest of the proposed lock. */
  digest: string;
  stage: boolean;
  message: string | null;
}

/**
 * Publishes exactly the proposed lock: resolves again, and refuses if the result differs. Everything else is as for any upload. *Dies:*
 * the upload expires.
 */
export async function publishRelock(deps: Deps, actor: Actor, request: RelockRequest): Promise<UploadOutcome> {
  const { version, lock, packages } = await proposeRelock(deps, actor, request);
  if (lock.digest !== request.digest)
    throw new Problem('conflict', 'The dependencies now resolve to another lock than the proposed one', {
      hint: 'Relock again, and look at the new proposal.',
    });
  if (packages.length === 0)
    throw new Problem('conflict', `${labelOf(version)} already has these packages`, { hint: 'Keep the version.' });
  const { name, major, minor, sizeBytes, sha256, description } = version;
  const { upload } = await requestUpload(deps, withAuthors(actor, version), request.namespaceId, {
    name,
    description,
    sizeBytes,
    stage: request.stage,
    expiresInSeconds: uploadLimits.urlDefaultSeconds,
    relockOf: { major, minor, lock },
  });
  const object = await deps.blobs.get(archiveKey(sha256));
  if (!object) throw new Error(`the archive ${sha256} is not in the store`);
  await deps.blobs.put(uploadKey(upload.id), storable(deps.storage, object.body, object.size));
  const message = request.message ?? `Relocked ${labelOf(version)}`;
  const confirmation = { etag: null, sizeBytes: null, message };
  return confirmUpload(deps, upload.id, uploadScope(actor, request.namespaceId), confirmation);
}

/** The sources are their authors' work: unless another person approved them, the authors don't approve the relocked version either. */
function withAuthors(actor: Actor, { createdBy, stage }: PluginVersion): Actor {
  if (stage === 'approved') return actor;
  const others = [...(actor.ref.made_by ?? []), ...authorIds(createdBy)].filter((id) => id !== actor.ref.id);
  return { ...actor, ref: actorMadeBy(actor.ref, others) };
}
