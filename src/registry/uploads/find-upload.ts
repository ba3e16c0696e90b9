// Reads an upload with its findings, for those who ask later why it was rejected.
import { and, eq } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { isVisibleOwner } from '../../access/owners.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { isId } from '../../core/ids.ts';
import { type OwnerId, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { loadFindings } from '../storage/stored-findings.ts';
import type { Upload } from './uploads.ts';

export async function findUpload(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  ownerId: OwnerId,
  id: string,
): Promise<{ upload: Upload; findings: Finding[] }> {
  requireScope(actor, 'plugins:read');
  if (!isId('upload', id)) throw notFound('upload', id);
  const owned = and(eq(uploads.id, id), eq(uploads.ownerId, ownerId), eq(uploads.organizationId, actor.organizationId));
  const [upload] = await deps.db
    .select()
    .from(uploads)
    .where(and(owned, isVisibleOwner(actor, ownerId)));
  if (!upload) throw notFound('upload', id);
  const hasVerdict = upload.status === 'accepted' || upload.status === 'rejected';
  return { upload, findings: hasVerdict ? await loadFindings(deps, upload) : [] };
}
