// Queries the versions that need to be evaluated again. They are the rows whose verdict is by an older policy than the current one, or
// by none.
import { and, eq, isNull, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { OrganizationId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage } from '../events/outbox.ts';

/**
 * Returns statements that mark an organization's versions for evaluation and enqueue the work. They apply to versions that match
 * `which`, and only if `condition` is true. The caller sends the message after the batch.
 */
export function requestReevaluation(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  organizationId: OrganizationId,
  which: SQL | undefined,
  condition: SQL,
): { message: OutboxMessage; statements: [Statement, Statement] } {
  const { db } = deps;
  const affected = and(eq(pluginVersions.organizationId, organizationId), isNull(pluginVersions.deletedAt), which);
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'rescan', id: organizationId });
  return {
    message,
    statements: [
      db
        .update(pluginVersions)
        .set({ evaluatedPolicy: 0, evaluationLeaseUntil: null, evaluationAttempts: 0 })
        .where(and(affected, condition)),
      enqueue(deps, message, sql`exists (select 1 from ${pluginVersions} where ${affected}) and ${condition}`),
    ],
  };
}

/** SQL over rows of plugin_versions: the verdict is by an older policy, or by none. Agent plugins have no source to scan. */
function isOutdated({ policyVersion }: Pick<Deps, 'policyVersion'>): SQL | undefined {
  return and(
    isNull(pluginVersions.deletedAt),
    ne(pluginVersions.kind, 'agent'),
    lt(pluginVersions.evaluatedPolicy, Number(policyVersion)),
  );
}

/** SQL over rows of plugin_versions: the version needs to be evaluated, and no worker holds its lease. */
export function needsEvaluation(deps: Pick<Deps, 'clock' | 'policyVersion'>): SQL | undefined {
  return and(isOutdated(deps), isUnleased({ leaseUntil: pluginVersions.evaluationLeaseUntil }, deps.clock.now()));
}

/** Counts, for a batch, the organization's versions that need to be evaluated. */
export function countPendingEvaluations(deps: Pick<Deps, 'db' | 'policyVersion'>, organizationId: OrganizationId) {
  return deps.db
    .select({ count: sql<number>`count(*)` })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.organizationId, organizationId), isOutdated(deps)));
}
