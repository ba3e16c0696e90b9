// Where the artifact of an agent plugin is to be had, and what to compare it with: nothing that was seen to be another is handed out.
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { artifactKey } from './agent-artifact.ts';
import type { AgentArtifact } from './agent-verification.ts';
import { presign } from './presign.ts';

const validSeconds = 3600;

export interface ArtifactLocation {
  url: string;
  /** RFC 9530: of what is at the URL. */
  reprDigest: string;
}

/** The copy that was verified, else where it is said to be. */
export async function artifactLocation(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  { id, checksum, mirrored, verification, artifactUrl, failureDetail }: AgentArtifact,
): Promise<ArtifactLocation> {
  if (verification === 'unverifiable')
    throw new Problem('conflict', 'It was registered without a whole checksum to compare its artifact with', {
      details: { id },
    });
  const reprDigest = `sha-256=:${base64Of(checksum)}:`;
  if (mirrored) {
    const key = artifactKey(checksum);
    const signed = { method: 'GET', key, expiresInSeconds: validSeconds, signedAt: clock.now() } as const;
    return { url: await presign(storage, signed), reprDigest };
  }
  if (verification === 'mismatch')
    throw new Problem('conflict', `The artifact has another checksum: ${failureDetail}`, { details: { id } });
  return { url: artifactUrl, reprDigest };
}

function base64Of(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''));
}
