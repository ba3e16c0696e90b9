// Stores an upload's or scan's findings: in its row, or in R2 under its ID if they are too large.
import { z } from 'zod';
import { type Finding, findingSchema } from '../../contract/findings/finding.ts';
import type { ScanId, UploadId } from '../../core/ids.ts';
import type { scans } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

export type Scan = typeof scans.$inferSelect;

const inlineMax = 100_000;
const findingsSchema = z.array(findingSchema);

/** Returns the key for findings that are too large for the row of their upload or scan. */
export function findingsKey(id: UploadId | ScanId): string {
  return `findings/${id}.json`;
}

/** Stores the findings and returns the row's value; null if they went to R2. The sweep deletes objects without a row. */
export async function storeFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  id: UploadId | ScanId,
  findings: Finding[],
): Promise<Finding[] | null> {
  const text = JSON.stringify(findings);
  if (text.length <= inlineMax) return findings;
  await blobs.put(findingsKey(id), text);
  return null;
}

/** Reads findings stored by `storeFindings`. */
export async function loadFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  { id, findings }: { id: UploadId | ScanId; findings: Finding[] | null },
): Promise<Finding[]> {
  if (findings !== null) return findings;
  const object = await blobs.get(findingsKey(id));
  if (!object) throw new Error(`the findings of ${id} are missing from the store`);
  return findingsSchema.parse(await object.json());
}

/** Prefix of the cache of scan-host/, which keeps findings by file in the same folder. */
export const fileFindingsPrefix = 'findings/files/';
