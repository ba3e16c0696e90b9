// Steps shared by the Git kinds: fetching the source, and handling failures that clients can't fix.
import { BuilderError } from '../contract/builder/errors.ts';
import type { InstallError } from '../contract/builder/go-plugins.ts';
import type { GitSource } from '../contract/builder/sources.ts';
import type { Finding } from '../contract/findings/finding.ts';
import { leases } from '../contract/limits/leases.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { fetchSource } from '../instances/builds/fetch-source.ts';
import { rejectUpload, type UploadOutcome, type UploadRejection } from '../registry/uploads/outcomes.ts';
import { archiveTooLarge, openUploadedArchive } from '../registry/uploads/uploaded-archive.ts';
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
 * Rejects the upload for an error in the request or source, or a builder that can't do the work. Retries anything else from the start;
 * finished builds are found again.
 */
export async function handleGitFailure(deps: Deps, { claim }: Publication, error: unknown): Promise<UploadOutcome> {
  if (error instanceof OutOfTime) {
    await requeueUpload(deps, claim);
    return { status: 'pending', upload: claim.upload };
  }
  const final = finalRejection(error, claim.upload);
  if (final) return rejectUpload(deps, claim, final);
  if (!(error instanceof Problem) || error.status >= 500) {
    await releaseUpload(deps, claim);
    throw error;
  }
  return rejectUpload(deps, claim, { reason: 'content', error: { code: error.code, message: error.message } });
}

/** Returns the rejection for a builder's refusal that another attempt wouldn't change. */
function finalRejection(refusal: unknown, { attempts }: Upload): UploadRejection | undefined {
  if (!(refusal instanceof BuilderError)) return undefined;
  const { code, message } = refusal;
  if (code === 'other-organization' || code === 'capability-missing')
    return { reason: 'content', error: { code, message } };
  const isLast = code === 'analyzer-failed' && attempts >= leases.upload.analysesMax;
  return isLast ? { reason: 'attempts', error: { code, message } } : undefined;
}

export function uploadSource({ id, source }: Upload): GitSource {
  if (!source) throw new Error(`upload ${id} names no repository`);
  return source;
}

export function rejected(error: InstallError | null, findings: Finding[] = []): Rejected {
  return { state: 'rejected', rejection: { reason: 'content', findings, error } };
}
