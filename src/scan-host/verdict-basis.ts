// What a verdict is made by, besides the bytes: the organization's level, its waivers for the plugin, and what is known of the bytes
// already. Read once for a verdict, and asked again by the batch that acts on it.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../access/owners.ts';
import type { Finding } from '../contract/finding.ts';
import type { PolicyLevel } from '../contract/states.ts';
import type { Statement } from '../db/client.ts';
import { waivers } from '../db/schema/policy.ts';
import { scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import type { Scan } from '../registry/storage/stored-findings.ts';
import type { Upload } from '../registry/uploads/uploads.ts';
import { versionSlug } from '../registry/versions/versions.ts';
import { loadCachedFindings } from './cached-findings.ts';
import { levelOf } from './levels.ts';
import { inForce, selectWaiversFor, type Waiver, type WaiverSubject } from './waivers.ts';

export interface Basis {
  level: PolicyLevel;
  waivers: Waiver[];
  /** The same bytes were scanned before, by the same policy at the same level. */
  existingScan: Scan | undefined;
  /** What the sources of the plugin's last archive held. */
  cached: Awaited<ReturnType<typeof loadCachedFindings>>;
}

/** One D1 round trip, and one to R2 beside it. */
export async function verdictBasis(
  deps: Pick<Deps, 'db' | 'clock' | 'blobs'>,
  judged: WaiverSubject & Pick<Upload, 'ownerId' | 'kind'>,
  { policyVersion, sha256 }: Pick<Scan, 'policyVersion' | 'sha256'>,
): Promise<Basis> {
  const level = levelOf(judged.organizationId);
  const { db, clock } = deps;
  const asked = db.batch([
    db.select({ level: level.as('level') }).from(sql`(select 1)`),
    selectWaiversFor(db, judged, clock.now()),
    db
      .select()
      .from(scans)
      .where(
        and(
          eq(scans.sha256, sha256),
          eq(scans.policyVersion, policyVersion),
          eq(scans.level, level),
          eq(scans.status, 'done'),
        ),
      ),
  ]);
  const [[[chosen], given, [existingScan]], cached] = await Promise.all([asked, loadCachedFindings(deps, judged)]);
  if (!chosen) throw new Error('a select of one row gave none');
  return { level: chosen.level, waivers: given, existingScan, cached };
}

/** For the batch that accepts an upload on this basis: what must still hold, and which waivers it tells of. */
export function acceptanceGuard(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  upload: Upload,
  { level }: Basis,
  findings: readonly Finding[],
): { holds: SQL; record(accepted: SQL): Statement[] } {
  const uses = countWaiverUses(findings);
  const used = [...uses.keys()];
  const standing = sql`(select count(*) from ${waivers} where ${waivers.id} in ${used} and ${inForce(deps.clock.now())})`;
  const event = {
    organizationId: upload.organizationId,
    namespaceId: namespaceOf(upload.ownerId),
    actor: upload.createdBy,
    type: 'waiver.used' as const,
  };
  const about = { plugin_id: versionSlug(upload), upload_id: upload.id };
  return {
    holds: sql`${levelOf(upload.organizationId)} = ${level} and ${standing} = ${used.length}`,
    record: (accepted) =>
      [...uses].map(([id, { rule, count }]) =>
        record(deps, { ...event, subjectId: id, data: { ...about, rule, findings: count } }, accepted),
      ),
  };
}

/** How many findings each waiver lets pass. */
function countWaiverUses(findings: readonly Finding[]): Map<string, { rule: string; count: number }> {
  const uses = new Map<string, { rule: string; count: number }>();
  for (const { ruleId, waiver } of findings) {
    if (waiver) uses.set(waiver.id, { rule: ruleId, count: (uses.get(waiver.id)?.count ?? 0) + 1 });
  }
  return uses;
}
