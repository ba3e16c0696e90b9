// A block seals a stretch of an organization's events: its hash is over them and over the hash of the block before, so none of them
// can be changed, left out or put in without all later hashes changing (docs/events.md). Used by who seals and by who verifies.
import { z } from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { sha256Hex } from '../core/digest.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const eventBlockSchema = z.object({
  organization_id: z.string(),
  /** From 1, without a gap. */
  number: z.int().min(1),
  /** The hash of the block before. */
  previous: sha256,
  /** How many events are in it: those right before it in the export. */
  events: z.int().min(1),
  sealed_at: z.string(),
  hash: sha256,
});
export type EventBlock = z.infer<typeof eventBlockSchema>;

/** What stands before the first block. */
export const genesisHash = '0'.repeat(64);

/** SHA-256 over lines that each end in a line feed: what the block says of itself, then its events as they are told. */
export function hashOfBlock(block: Omit<EventBlock, 'hash'>, eventLines: readonly string[]): Promise<string> {
  const { organization_id, number, previous, events, sealed_at } = block;
  const head = canonicalJson({ organization_id, number, previous, events, sealed_at });
  return sha256Hex(`${[head, ...eventLines].join('\n')}\n`);
}
