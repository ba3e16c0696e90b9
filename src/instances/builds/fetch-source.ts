// Fetches a Git source through the builder and stores it like an uploaded archive.
import type { FetchedSource, Source, SourceRefusal, SourceRequest } from '../../contract/builder/sources.ts';
import type { Deps } from '../../deps.ts';
import { credentialsOf, type Requester } from '../../points.ts';
import { storable } from '../../registry/storage/turns.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';
import { uploadKey } from '../../registry/uploads/uploads.ts';

type NamedSource = Pick<SourceRequest, 'repository' | 'ref' | 'path'>;

/** Returns source errors; throws if the builder is unreachable. */
export async function fetchSource(
  deps: Deps,
  upload: Pick<Upload, 'id'> & Requester,
  named: NamedSource,
): Promise<Source | SourceRefusal['refused']> {
  const fetched = await requestSource(deps, upload, named);
  if ('refused' in fetched) return fetched.refused;
  const { archive, source } = fetched;
  await deps.blobs.put(uploadKey(upload.id), storable(deps.storage, archive, source.size_bytes), {
    sha256: source.sha256,
  });
  return source;
}

/** Requests the source from the builder, with the organization's repository credential if it has one. */
export async function requestSource(
  deps: Deps,
  requester: Requester,
  named: NamedSource,
): Promise<FetchedSource | SourceRefusal> {
  const credential = await credentialsOf(deps)?.forRepository(deps, requester, named.repository);
  if (credential && 'refused' in credential) return credential;
  return deps.builder.fetchSource({
    ...named,
    organization: requester.organizationId,
    ...(credential === undefined ? {} : { credential }),
  });
}
