// SQL over the advisories that affect versions. An advisory affects a version unless it was withdrawn, or the version's code doesn't
// reach what is vulnerable.
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Severity, severities } from '../../contract/advisories.ts';
import type { VersionId } from '../../core/ids.ts';
import { qualified } from '../../db/client.ts';
import { advisories, versionAdvisories } from '../../db/schema/advisories.ts';
import type { Deps } from '../../deps.ts';

/** SQL: a severity's rank. An advisory without one counts as critical. */
export function severityRank(severity: SQL | typeof advisories.severity): SQL<number> {
  return sql<number>`case ${severity} when 'low' then 1 when 'medium' then 2 when 'high' then 3 else 4 end`;
}

export function rankOf(severity: Severity): number {
  return severities.indexOf(severity) + 1;
}

/** SQL: FROM and WHERE of the advisories that affect the version. */
export function affecting(versionId: SQL | VersionId): SQL {
  return sql`${versionAdvisories} cross join ${advisories} on ${advisories.id} = ${versionAdvisories.advisoryId}
    where ${versionAdvisories.versionId} = ${versionId} and ${versionAdvisories.reach} <> 'none' and ${advisories.withdrawnAt} is null`;
}

/** Number of advisories that affect a version, by severity. */
export const advisoryCountsSchema = z.object({
  critical: z.int(),
  high: z.int(),
  medium: z.int(),
  low: z.int(),
  unknown: z.int(),
});
export type AdvisoryCounts = z.infer<typeof advisoryCountsSchema>;

export const noAdvisories: AdvisoryCounts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };

/** SQL: the counts of a version. */
export function advisoryCounts(versionId: SQL) {
  const one = sql`select distinct ${advisories.id}, ${advisories.severity} as severity from ${affecting(versionId)}`;
  const counts = [...severities.toReversed(), null].map(
    (severity) => sql`${severity ?? 'unknown'}, count(*) filter (where severity is ${severity})`,
  );
  return qualified(sql`(select json_object(${sql.join(counts, sql`, `)}) from (${one}))`).mapWith((text) =>
    advisoryCountsSchema.parse(JSON.parse(String(text))),
  );
}

/** Selects the counts of a version, for a batch. */
export function selectAdvisoryCounts(db: Deps['db'], versionId: SQL) {
  return db.select({ counts: advisoryCounts(versionId) }).from(sql`(select 1)`);
}
