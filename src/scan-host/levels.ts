// Which level of the scan policy an organization's plugins are judged by: its own choice, else the default.
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import type { PolicyLevel } from '../contract/states.ts';
import type { OrganizationId } from '../core/ids.ts';
import { insertWhere } from '../db/client.ts';
import { scanPolicies } from '../db/schema/policy.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import { countPendingEvaluations, requestReevaluation } from './pending-rescans.ts';

const levelDefault: PolicyLevel = 'seed';

/** SQL: the level that holds for the organization now. */
export function levelOf(organizationId: OrganizationId | SQL): SQL<PolicyLevel> {
  return sql<PolicyLevel>`coalesce((select ${scanPolicies.level} from ${scanPolicies} where ${scanPolicies.organizationId} = ${organizationId}), ${levelDefault})`;
}

export interface OrganizationPolicy {
  level: PolicyLevel;
  /** Null: the organization has not chosen. */
  chosen: typeof scanPolicies.$inferSelect | null;
  /** Published versions that are still to be judged by it. */
  pendingVersions: number;
}

export async function organizationPolicy(
  deps: Pick<Deps, 'db' | 'policyVersion'>,
  actor: Actor,
): Promise<OrganizationPolicy> {
  requireScope(actor, 'policy:admin');
  const { organizationId } = actor;
  const [[chosen], [left]] = await deps.db.batch([
    selectChoice(deps.db, organizationId),
    countPendingEvaluations(deps, organizationId),
  ]);
  return policyOf(chosen, left);
}

/**
 * What is confirmed from now on is judged by the new level; what was published stays, and is judged again. Saying it twice changes
 * nothing. *Dies before sending:* the sweep finds the versions that are to be judged.
 */
export async function chooseLevel(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'log' | 'defer' | 'policyVersion'>,
  actor: Actor,
  level: PolicyLevel,
): Promise<OrganizationPolicy> {
  requireScope(actor, 'policy:admin');
  const { db, clock } = deps;
  const { organizationId, ref } = actor;
  const differs = sql`${levelOf(organizationId)} <> ${level}`;
  const again = requestReevaluation(deps, organizationId, undefined, differs);
  const [, , , , [chosen], [left]] = await db.batch([
    ...again.statements,
    record(
      deps,
      {
        organizationId,
        namespaceId: null,
        actor: ref,
        type: 'scan_policy.updated',
        subjectId: organizationId,
        data: sql`json_object('from', ${levelOf(organizationId)}, 'to', ${level})`,
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
    selectChoice(db, organizationId),
    countPendingEvaluations(deps, organizationId),
  ]);
  deps.defer(sendNow(deps, again.message));
  return policyOf(chosen, left);
}

function selectChoice(db: Deps['db'], organizationId: OrganizationId) {
  return db.select().from(scanPolicies).where(eq(scanPolicies.organizationId, organizationId));
}

function policyOf(
  chosen: typeof scanPolicies.$inferSelect | undefined,
  left: { count: number } | undefined,
): OrganizationPolicy {
  return { level: chosen?.level ?? levelDefault, chosen: chosen ?? null, pendingVersions: left?.count ?? 0 };
}
