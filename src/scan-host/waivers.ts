// Applies waivers to verdicts (scan policy §8b). With a waiver, an organization accepts one rule's findings for one plugin, for a stated
// reason and until a set time. Waivers are applied to each verdict and are not stored in scans (D26), so waived findings stay visible.
import { and, desc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { Finding } from '../contract/findings/finding.ts';
import { isWaivable } from '../contract/findings/rules.ts';
import { formatVersionSlug, type Version } from '../contract/plugin/manifest.ts';
import type { OrganizationId } from '../core/ids.ts';
import { waivers } from '../db/schema/policy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';

export type Waiver = typeof waivers.$inferSelect;

/** A version whose waivers are looked up. */
export interface WaiverSubject extends Version {
  organizationId: OrganizationId;
  name: string;
}

/** SQL: the waiver is in force. */
export function inForce(now: number): SQL | undefined {
  return and(isNull(waivers.revokedAt), gt(waivers.expiresAt, now));
}

/**
 * SQL over rows of waivers: the waiver is for the name, or for its version. A name such as `a_1_0_0` is also the ID of version 1.0.0 of
 * `a`, and such a waiver is for that version only. Otherwise an author could choose such a name, and get a waiver for a whole plugin.
 */
function isFor(name: SQL, slug: SQL): SQL {
  // The pattern is constant, because D1 refuses patterns of more than 50 bytes.
  const isId = sql`substr(${name}, length(rtrim(${name}, '0123456789_')) + 1) glob '*_[0-9]*_[0-9]*_[0-9]*'`;
  return sql`${waivers.plugin} in (${slug}, case when ${isId} then null else ${name} end)`;
}

const { major, minor, name: ofVersion, patch } = pluginVersions;
const slugOfVersion = sql`${ofVersion} || '_' || ${major} || '_' || ${minor} || '_' || ${patch}`;

/** SQL over rows of waivers and plugin_versions: the waiver covers the version. */
export const coversVersion: SQL = sql`${waivers.organizationId} = ${pluginVersions.organizationId} and ${isFor(sql`${ofVersion}`, slugOfVersion)}`;

/** Selects, for a batch, the version's waivers in force. If a rule has two, the one that expires later comes first. */
export function selectWaiversFor(db: Deps['db'], { organizationId, name, ...version }: WaiverSubject, now: number) {
  const covers = isFor(sql`${name}`, sql`${formatVersionSlug(name, version)}`);
  return db
    .select()
    .from(waivers)
    .where(and(eq(waivers.organizationId, organizationId), covers, inForce(now)))
    .orderBy(desc(waivers.expiresAt), desc(waivers.id));
}

/** Returns the findings, with waived ones marked. */
export function applyWaivers(findings: readonly Finding[], waiversInForce: readonly Waiver[]): Finding[] {
  return findings.map((finding) => {
    const waiver = isWaivable(finding.ruleId) && waiversInForce.find(({ rule }) => rule === finding.ruleId);
    if (!waiver) return finding;
    const { id, reason, expiresAt } = waiver;
    return { ...finding, waiver: { id, reason, expiresAt } };
  });
}
