// The list of versions that are to be judged again: rows whose verdict is of an older policy than the present one, or of none.
import { and, eq, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { OrganizationId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage } from '../events/outbox.ts';

/** Statements that put an organization's versions on the work list, where both conditions hold, and the message for who does it. */
export function requestReevaluation(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  organizationId: OrganizationId,
  which: SQL | undefined,
  condition: SQL,
): { message: OutboxMessage; statements: [Statement, Statement] } {
  const { db } = deps;
  const standing = and(eq(pluginVersions.organizationId, organizationId), isNull(pluginVersions.deletedAt), which);
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'rescan', id: organizationId });
  return {
    message,
    statements: [
      db
        .update(pluginVersions)
        .set({ evaluatedPolicy: 0, evaluationLeaseUntil: null, evaluationAttempts: 0 })
        .where(and(standing, condition)),
      enqueue(deps, message, sql`exists (select 1 from ${pluginVersions} where ${standing}) and ${condition}`),
    ],
  };
}

/** SQL over rows of plugin_versions: the verdict is of an older policy, or of none. Nothing of an agent plugin is source. */
function isOutdated({ policyVersion }: Pick<Deps, 'policyVersion'>): SQL | undefined {
  return and(
    isNull(pluginVersions.deletedAt),
    ne(pluginVersions.kind, 'agent'),
    lt(pluginVersions.evaluatedPolicy, Number(policyVersion)),
  );
}

/** SQL over rows of plugin_versions: it is to be judged, and nobody is at it. */
export function needsEvaluation(deps: Pick<Deps, 'clock' | 'policyVersion'>): SQL | undefined {
  const free = or(
    isNull(pluginVersions.evaluationLeaseUntil),
    lte(pluginVersions.evaluationLeaseUntil, deps.clock.now()),
  );
  return and(isOutdated(deps), free);
}

/** A statement for a batch. */
export function countPendingEvaluations(deps: Pick<Deps, 'db' | 'policyVersion'>, organizationId: OrganizationId) {
  return deps.db
    .select({ count: sql<number>`count(*)` })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.organizationId, organizationId), isOutdated(deps)));
}
