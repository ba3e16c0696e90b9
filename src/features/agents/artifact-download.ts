// Resolves the URL and digest of an agent plugin's artifact. Never returns an artifact that failed verification.
import { eq } from 'drizzle-orm';
import { artifactFetch } from '../../contract/features/agents/limits.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import { presign } from '../../registry/storage/presign.ts';
import { quarantineMessage } from '../../registry/versions/offered.ts';
import { artifactKey } from './artifact.ts';
import { agentArtifacts } from './tables.ts';
import type { AgentArtifact } from './verification.ts';

export interface ArtifactLocation {
  url: string;
  /** The artifact's Repr-Digest (RFC 9530). */
  reprDigest: string;
}

/** Returns the verified copy, or else the registered URL. */
export async function artifactLocation(
  { storage, clock, queues, defer }: Pick<Deps, 'storage' | 'clock' | 'queues' | 'defer'>,
  { id, checksum, mirrored, verification, artifactUrl, failureDetail, lastFetchedAt, ...artifact }: AgentArtifact,
): Promise<ArtifactLocation> {
  const { name, quarantined, version } = artifact;
  if (quarantined)
    throw new Problem('quarantined', quarantineMessage(`${name} ${version}`, quarantined), { details: { id } });
  if (verification === 'unverifiable')
    throw new Problem(
      'conflict',
      'The artifact cannot be verified: it was registered with a truncated checksum. Register a version with all 64 digits.',
      {
        details: { id },
      },
    );
  if (verification === 'mismatch' && !mirrored)
    throw new Problem('conflict', `The artifact does not match its checksum: ${failureDetail}`, { details: { id } });
  if (lastFetchedAt === null || lastFetchedAt < clock.now() - artifactFetch.recordEveryMs)
    defer(queues.artifacts.send({ v: 1, type: 'artifact-fetched', id }));
  const reprDigest = `sha-256=:${base64Of(checksum)}:`;
  if (!mirrored) return { url: artifactUrl, reprDigest };
  const key = artifactKey(checksum);
  const signed = { method: 'GET', key, expiresInSeconds: artifactFetch.urlSeconds, signedAt: clock.now() } as const;
  return { url: await presign(storage, signed), reprDigest };
}

/** Records a request for the artifact. Runs from the queue. */
export async function recordFetch({ db, clock }: Pick<Deps, 'db' | 'clock'>, id: PluginRowId): Promise<void> {
  await db.update(agentArtifacts).set({ lastFetchedAt: clock.now() }).where(eq(agentArtifacts.id, id));
}

function base64Of(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''));
}
