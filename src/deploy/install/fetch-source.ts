// Fetches a Git source through the builder and stores it where an uploaded archive would be.

import type { Source, SourceRefusal } from '../../contract/builder/sources.ts';
import type { Deps } from '../../deps.ts';
import { storable } from '../../registry/storage/turns.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';
import { uploadKey } from '../../registry/uploads/uploads.ts';

/** An error of the source is returned; an unreachable builder throws. */
export async function fetchSource(
  { builder, blobs, storage }: Pick<Deps, 'builder' | 'blobs' | 'storage'>,
  { id, organizationId }: Pick<Upload, 'id' | 'organizationId'>,
  request: { repository: string; ref: string },
): Promise<Source | SourceRefusal['refused']> {
  const fetched = await builder.fetchSource({ ...request, organization: organizationId });
  if ('refused' in fetched) return fetched.refused;
  const { archive, source } = fetched;
  await blobs.put(uploadKey(id), storable(storage, archive, source.size_bytes), { sha256: source.sha256 });
  return source;
}
