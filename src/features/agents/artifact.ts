// Fetches an agent plugin's artifact, verifies its checksum while streaming, and copies it into the store.
import type { ArtifactFailure } from '../../contract/features/agents/registration.ts';
import type { ExternalUrlRules } from '../../core/external-url.ts';
import type { OrganizationId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { FetchFailure, type FetchLimits, fetchInto } from '../../registry/storage/fetch-into.ts';
import { ArtifactCopy } from '../../registry/storage/multipart-copy.ts';

export interface FetchedArtifact {
  sha256: string;
  sizeBytes: number;
  contentType: string | null;
}

export type FetchOutcome =
  | ({ state: 'verified'; copied: boolean } & FetchedArtifact)
  | ({ state: 'mismatch' } & FetchedArtifact)
  | { state: 'unreachable'; failure: Exclude<ArtifactFailure, 'checksum_mismatch'>; detail: string };

type FetchDeps = Pick<Deps, 'fetch' | 'blobs'> & ExternalUrlRules;

export const artifactFolder = 'agent-artifacts/';

export function artifactKey(sha256: string): string {
  return artifactFolder + sha256;
}

export interface ArtifactRequest {
  organizationId: OrganizationId;
  artifactUrl: string;
  checksum: string;
  /** Larger artifacts are verified but not copied. */
  copyBytesMax: number;
}

/** Fetches the artifact. Returns remote failures as outcomes; throws only for local ones. */
export async function fetchArtifact(
  deps: FetchDeps,
  request: ArtifactRequest,
  limits: FetchLimits,
): Promise<FetchOutcome> {
  const { checksum, copyBytesMax } = request;
  const copy = new ArtifactCopy(deps.blobs, artifactKey(checksum), copyBytesMax);
  const headers = { 'user-agent': 'Slipway-Artifacts/1' };
  try {
    const { sha256, sizeBytes, contentType } = await fetchInto(
      deps,
      { url: request.artifactUrl, organization: request.organizationId, headers },
      copy,
      limits,
    );
    const fetched = { sha256, sizeBytes, contentType };
    if (sha256 === checksum) return { state: 'verified', copied: await copy.complete(), ...fetched };
    await copy.abort();
    return { state: 'mismatch', ...fetched };
  } catch (error) {
    await copy.abort();
    if (!(error instanceof FetchFailure)) throw error;
    return { state: 'unreachable', failure: error.failure, detail: error.message };
  }
}
