// Where the artifact of an agent plugin is to be had, and what to compare it with: nothing that was seen to be another is handed out.
import { eq } from 'drizzle-orm';
import type { PluginRowId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { agentArtifacts } from '../../db/schema/agents.ts';
import type { Deps } from '../../deps.ts';
import { presign } from '../storage/presign.ts';
import { artifactKey } from './artifact.ts';
import type { AgentArtifact } from './verification.ts';

const validSeconds = 3600;
const hourMs = 3_600_000;

export interface ArtifactLocation {
  url: string;
  /** RFC 9530: of what is at the URL. */
  reprDigest: string;
}

/** The copy that was verified, else where it is said to be. */
export async function artifactLocation(
  { storage, clock, queues, defer }: Pick<Deps, 'storage' | 'clock' | 'queues' | 'defer'>,
  { id, checksum, mirrored, verification, artifactUrl, failureDetail, lastFetchedAt }: AgentArtifact,
): Promise<ArtifactLocation> {
  if (verification === 'unverifiable')
    throw new Problem('conflict', 'It was registered without a whole checksum to compare its artifact with', {
      details: { id },
    });
  if (verification === 'mismatch' && !mirrored)
    throw new Problem('conflict', `The artifact has another checksum: ${failureDetail}`, { details: { id } });
  if (lastFetchedAt === null || lastFetchedAt < clock.now() - hourMs)
    defer(queues.artifacts.send({ v: 1, type: 'artifact-fetched', id }));
  const reprDigest = `sha-256=:${base64Of(checksum)}:`;
  if (!mirrored) return { url: artifactUrl, reprDigest };
  const key = artifactKey(checksum);
  const signed = { method: 'GET', key, expiresInSeconds: validSeconds, signedAt: clock.now() } as const;
  return { url: await presign(storage, signed), reprDigest };
}

/** From the queue: somebody has it in use. */
export async function recordFetch({ db, clock }: Pick<Deps, 'db' | 'clock'>, id: PluginRowId): Promise<void> {
  await db.update(agentArtifacts).set({ lastFetchedAt: clock.now() }).where(eq(agentArtifacts.id, id));
}

function base64Of(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''));
}
