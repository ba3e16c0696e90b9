// Reads and sets an organization's scan policy level, which is the one it chose or the default.
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import type { PolicyLevel } from '../contract/states.ts';
import type { OrganizationId } from '../core/ids.ts';
import { insertWhere, type Results, readTogether, writeAndRead } from '../db/client.ts';
import { scanPolicies } from '../db/schema/policy.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import { countPendingEvaluations, requestReevaluation } from './pending-rescans.ts';

const levelDefault: PolicyLevel = 'seed';

/** SQL: the organization's current level. */
export function organizationLevel(organizationId: OrganizationId | SQL): SQL<PolicyLevel> {
  return sql<PolicyLevel>`coalesce((select ${scanPolicies.level} from ${scanPolicies} where ${scanPolicies.organizationId} = ${organizationId}), ${levelDefault})`;
}

export interface OrganizationPolicy {
  level: PolicyLevel;
  /** Null if the organization has not chosen a level, so that the default applies. */
  chosen: typeof scanPolicies.$inferSelect | null;
  /** Published versions still to be evaluated at the level. */
  pendingVersions: number;
}

export async function organizationPolicy(
  deps: Pick<Deps, 'db' | 'policyVersion'>,
  actor: Actor,
): Promise<OrganizationPolicy> {
  requireScope(actor, 'policy:admin');
  const { organizationId } = actor;
  return policyOf(await readTogether(deps.db, selectPolicy(deps, organizationId)));
}

/**
 * Sets the level. Uploads confirmed from now on are evaluated at it. Published versions stay and are evaluated again. Setting the same
 * level again does nothing. *Dies before sending:* the sweep finds the versions to evaluate.
 */
export async function setLevel(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'log' | 'defer' | 'policyVersion'>,
  actor: Actor,
  level: PolicyLevel,
): Promise<OrganizationPolicy> {
  requireScope(actor, 'policy:admin');
  const { db, clock } = deps;
  const { organizationId, ref } = actor;
  const differs = sql`${organizationLevel(organizationId)} <> ${level}`;
  const reevaluation = requestReevaluation(deps, organizationId, undefined, differs);
  const writes = [
    ...reevaluation.statements,
    record(
      deps,
      {
        organizationId,
        namespaceId: null,
        actor: ref,
        type: 'scan_policy.updated',
        subjectId: organizationId,
        data: sql`json_object('from', ${organizationLevel(organizationId)}, 'to', ${level})`,
      },
      differs,
    ),
    insertWhere(
      db,
      scanPolicies,
      { organizationId, level, updatedBy: ref, updatedAt: clock.now() },
      differs,
      sql`on conflict do update set level = excluded.level, updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
    ),
  ];
  const policy = policyOf(await writeAndRead(db, writes, selectPolicy(deps, organizationId)));
  deps.defer(sendNow(deps, reevaluation.message));
  return policy;
}

function selectPolicy(deps: Pick<Deps, 'db' | 'policyVersion'>, organizationId: OrganizationId) {
  return {
    choice: deps.db.select().from(scanPolicies).where(eq(scanPolicies.organizationId, organizationId)),
    pending: countPendingEvaluations(deps, organizationId),
  };
}

function policyOf({
  choice: [chosen],
  pending: [pending],
}: Results<ReturnType<typeof selectPolicy>>): OrganizationPolicy {
  return { level: chosen?.level ?? levelDefault, chosen: chosen ?? null, pendingVersions: pending?.count ?? 0 };
}
