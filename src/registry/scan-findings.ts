// What a kept scan found: in its row, or in R2 when that would be too much for one.
import { z } from 'zod';
import { type Finding, findingSchema } from '../contract/finding.ts';
import type { scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';

export type Scan = typeof scans.$inferSelect;

const findingsSchema = z.array(findingSchema);

export async function scanFindings({ blobs }: Pick<Deps, 'blobs'>, scan: Scan): Promise<Finding[]> {
  if (scan.findings !== null) return scan.findings;
  const object = await blobs.get(scanFindingsKey(scan));
  if (!object) throw new Error(`the findings of ${scan.id} are not in the store`);
  return findingsSchema.parse(await object.json());
}

export function scanFindingsKey(key: Pick<Scan, 'sha256' | 'policyVersion' | 'level'>): string {
  return `findings/${key.sha256}-${key.policyVersion}-${key.level}.json`;
}
