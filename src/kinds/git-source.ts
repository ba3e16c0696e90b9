// Steps shared by the Git kinds: fetching the source, and handling failures that clients can't fix.
import { BuilderError } from '../contract/builder/instances.ts';
import type { GitSource } from '../contract/builder/sources.ts';
import type { Finding } from '../contract/findings/finding.ts';
import type { InstallError } from '../contract/plugin/go-plugins.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { fetchSource } from '../instances/builds/fetch-source.ts';
import { archiveTooLarge, openUploadedArchive } from '../registry/storage/archives.ts';
import { rejectUpload, type UploadOutcome } from '../registry/uploads/outcomes.ts';
import { OutOfTime, releaseUpload, requeueUpload, type Upload } from '../registry/uploads/uploads.ts';
import type { Opened, Publication, Rejected } from './driver.ts';

/** Fetches the source and opens it. The returned claim includes the commit. */
export async function openGitSource(
  deps: Deps,
  publication: Publication,
  rejectionOf: (findings: Finding[]) => InstallError | null,
): Promise<Opened | Rejected> {
  const { claim } = publication;
  const { upload } = claim;
  const requested = uploadSource(upload);
  const { repository, ref, path } = requested;
  const fetched = await fetchSource(deps, upload, { repository, ref, ...(path === undefined ? {} : { path }) });
  if ('message' in fetched) return rejected(fetched);
  const archive = (await openUploadedArchive(deps, upload, { ...publication, inline: false }))?.archive;
  const findings = archive?.findings ?? [archiveTooLarge()];
  if (!archive?.zip) return rejected(rejectionOf(findings), findings);
  // A repository's new owner must not publish in the name of its former place, which redirects to it.
  const source = { ...requested, repository: fetched.repository, commit: fetched.commit };
  const fetchedClaim = { ...claim, upload: { ...upload, source } };
  return { state: 'opened', claim: fetchedClaim, archive, uploadWarnings: [] };
}

/**
 * Rejects the upload for an error in the request or source, or another organization's builder. Retries anything else from the start;
 * finished builds are found again.
 */
export async function handleGitFailure(deps: Deps, { claim }: Publication, error: unknown): Promise<UploadOutcome> {
  if (error instanceof OutOfTime) {
    await requeueUpload(deps, claim);
    return { status: 'pending', upload: claim.upload };
  }
  if (error instanceof BuilderError && error.code === 'other-organization')
    return rejectUpload(deps, claim, { reason: 'content', error: { code: error.code, message: error.message } });
  if (!(error instanceof Problem) || error.status >= 500) {
    await releaseUpload(deps, claim);
    throw error;
  }
  return rejectUpload(deps, claim, { reason: 'content', error: { code: error.code, message: error.message } });
}

export function uploadSource({ id, source }: Upload): GitSource {
  if (!source) throw new Error(`upload ${id} names no repository`);
  return source;
}

export function rejected(error: InstallError | null, findings: Finding[] = []): Rejected {
  return { state: 'rejected', rejection: { reason: 'content', findings, error } };
}
