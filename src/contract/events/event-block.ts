// Defines the blocks that seal an organization's events. A block's hash covers its events and the previous block's hash, so changing,
// removing or adding an event changes all later hashes (docs/events.md). Sealing and verification both use it.
import { z } from 'zod/mini';
import { sha256Hex } from '../../core/digest.ts';
import { canonicalJson } from '../../core/json/canonical.ts';

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const eventBlockSchema = z.object({
  organization_id: z.string(),
  /** Counts from 1, without gaps. */
  number: z.int().check(z.minimum(1)),
  /** Hash of the previous block. */
  previous: sha256,
  /** Number of its events, which directly precede it in the export. */
  events: z.int().check(z.minimum(1)),
  sealed_at: z.string(),
  hash: sha256,
});
export type EventBlock = z.infer<typeof eventBlockSchema>;

/** Previous hash of the first block. */
export const genesisHash = '0'.repeat(64);

/** Returns the SHA-256 of lines that each end in a line feed: the block without its hash, then its events as exported. */
export function hashBlock(block: Omit<EventBlock, 'hash'>, eventLines: readonly string[]): Promise<string> {
  const { organization_id, number, previous, events, sealed_at } = block;
  const head = canonicalJson({ organization_id, number, previous, events, sealed_at });
  return sha256Hex(`${[head, ...eventLines].join('\n')}\n`);
}
