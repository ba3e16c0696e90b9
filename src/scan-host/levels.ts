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
import { judgeAgain } from './to-judge.ts';

const levelDefault: PolicyLevel = 'seed';

/** SQL: the level that holds for the organization now. */
export function levelOf(organizationId: OrganizationId | SQL): SQL<PolicyLevel> {
  return sql<PolicyLevel>`coalesce((select ${scanPolicies.level} from ${scanPolicies} where ${scanPolicies.organizationId} = ${organizationId}), ${levelDefault})`;
}

export interface OrganizationPolicy {
  level: PolicyLevel;
  /** Null: the organization has not chosen. */
  chosen: typeof scanPolicies.$inferSelect | null;
}

export async function organizationPolicy({ db }: Pick<Deps, 'db'>, actor: Actor): Promise<OrganizationPolicy> {
  requireScope(actor, 'policy:admin');
  return policyOf((await selectChoice(db, actor.organizationId))[0]);
}

/**
 * What is confirmed from now on is judged by the new level; what was published stays, and is judged again. Saying it twice changes
 * nothing. *Dies before sending:* the sweep finds the versions that are to be judged.
 */
export async function chooseLevel(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'log' | 'defer'>,
  actor: Actor,
  level: PolicyLevel,
): Promise<OrganizationPolicy> {
  requireScope(actor, 'policy:admin');
  const { db, clock } = deps;
  const { organizationId, ref } = actor;
  const differs = sql`${levelOf(organizationId)} <> ${level}`;
  const again = judgeAgain(deps, organizationId, undefined, differs);
  const [, , , , [chosen]] = await db.batch([
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
  ]);
  deps.defer(sendNow(deps, again.message));
  return policyOf(chosen);
}

function selectChoice(db: Deps['db'], organizationId: OrganizationId) {
  return db.select().from(scanPolicies).where(eq(scanPolicies.organizationId, organizationId));
}

function policyOf(chosen: typeof scanPolicies.$inferSelect | undefined): OrganizationPolicy {
  return { level: chosen?.level ?? levelDefault, chosen: chosen ?? null };
}
