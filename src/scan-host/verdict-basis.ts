// Reads what a verdict depends on in addition to the archive: the organization's level, its waivers for the plugin, and earlier
// results. These are read before the evaluation, and the batch that acts on the verdict checks that they still apply (D26).
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../access/owners.ts';
import type { Finding } from '../contract/findings/finding.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { readTogether, type Statement } from '../db/client.ts';
import { waivers } from '../db/schema/policy.ts';
import { scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import type { Scan } from '../registry/storage/stored-findings.ts';
import type { Upload } from '../registry/uploads/uploads.ts';
import { versionSlug } from '../registry/versions/versions.ts';
import { loadCachedFindings } from './cached-findings.ts';
import { organizationLevel } from './levels.ts';
import { inForce, selectWaiversFor, type Waiver, type WaiverSubject } from './waivers.ts';

export interface VerdictBasis {
  level: PolicyLevel;
  waivers: Waiver[];
  /** An earlier scan of the same bytes under the same policy and level. */
  existingScan: Scan | undefined;
  /** Findings of the plugin's last scanned archive. */
  cached: Awaited<ReturnType<typeof loadCachedFindings>>;
}

/** Makes one D1 round trip and one R2 read, in parallel. */
export async function verdictBasis(
  deps: Pick<Deps, 'db' | 'clock' | 'blobs'>,
  subject: WaiverSubject & Pick<Upload, 'ownerId' | 'kind'>,
  { policyVersion, sha256 }: Pick<Scan, 'policyVersion' | 'sha256'>,
): Promise<VerdictBasis> {
  const level = organizationLevel(subject.organizationId);
  const { db, clock } = deps;
  const reading = readTogether(db, {
    levels: db.select({ level: level.as('level') }).from(sql`(select 1)`),
    waivers: selectWaiversFor(db, subject, clock.now()),
    existing: db
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
  });
  const [found, cached] = await Promise.all([reading, loadCachedFindings(deps, subject)]);
  const [row] = found.levels;
  if (!row) throw new Error('the select of the level returned no row');
  return { level: row.level, waivers: found.waivers, existingScan: found.existing[0], cached };
}

export interface AcceptanceGuard {
  /** SQL: the level is unchanged, and the used waivers are still in force. */
  holds: SQL;
  /** Returns statements that write the events for used waivers if `accepted` is true. */
  recordWaiverUses(accepted: SQL): Statement[];
}

/**
 * Returns the guard for the batch that accepts an upload: a condition that the basis still applies, and the events for used waivers.
 */
export function acceptanceGuard(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  upload: Upload,
  { level }: VerdictBasis,
  findings: readonly Finding[],
): AcceptanceGuard {
  const uses = countWaiverUses(findings);
  const used = [...uses.keys()];
  const inForceCount = sql`(select count(*) from ${waivers} where ${waivers.id} in ${used} and ${inForce(deps.clock.now())})`;
  const areInForce = used.length === 0 ? sql`true` : sql`${inForceCount} = ${used.length}`;
  const event = {
    organizationId: upload.organizationId,
    namespaceId: ownerNamespace(upload.ownerId),
    actor: upload.createdBy,
    type: 'waiver.used' as const,
  };
  const plugin = { plugin_id: versionSlug(upload), upload_id: upload.id };
  return {
    holds: sql`${organizationLevel(upload.organizationId)} = ${level} and ${areInForce}`,
    recordWaiverUses: (accepted) =>
      [...uses].map(([id, { rule, count }]) =>
        record(deps, { ...event, subjectId: id, data: { ...plugin, rule, findings: count } }, accepted),
      ),
  };
}

/** Counts the findings that each waiver covers. */
function countWaiverUses(findings: readonly Finding[]): Map<string, { rule: string; count: number }> {
  const uses = new Map<string, { rule: string; count: number }>();
  for (const { ruleId, waiver } of findings) {
    if (waiver) uses.set(waiver.id, { rule: ruleId, count: (uses.get(waiver.id)?.count ?? 0) + 1 });
  }
  return uses;
}
