// The findings of an upload or a scan: in its row, or in R2 under its id when that would be too much for one.
import { z } from 'zod';
import { type Finding, findingSchema } from '../../contract/finding.ts';
import type { ScanId, UploadId } from '../../core/ids.ts';
import type { scans } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

export type Scan = typeof scans.$inferSelect;

const inlineMax = 100_000;
const findingsSchema = z.array(findingSchema);

function findingsKey(id: UploadId | ScanId): string {
  return `findings/${id}.json`;
}

/** What the row is to hold. What goes to R2 is there before any row says so; without one the sweep takes it away. */
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

export async function loadFindings(
  { blobs }: Pick<Deps, 'blobs'>,
  { id, findings }: { id: UploadId | ScanId; findings: Finding[] | null },
): Promise<Finding[]> {
  if (findings !== null) return findings;
  const object = await blobs.get(findingsKey(id));
  if (!object) throw new Error(`the findings of ${id} are not in the store`);
  return findingsSchema.parse(await object.json());
}

/** Beside them: what single files held, a cache of scan-host/. */
export const fileFindingsPrefix = 'findings/files/';

/** A plugin that nobody published for so long is scanned whole the next time. */
export const fileFindingsRetentionMs = 90 * 24 * 3600 * 1000;
