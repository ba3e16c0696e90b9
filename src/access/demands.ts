// Guards what an organization demands: who may lower a demand, and which demands a namespace's name holds.
import { and, eq, exists, sql } from 'drizzle-orm';
import { ageMs, severities } from '../contract/advisories.ts';
import { demands, type GuardedDemand } from '../contract/demands.ts';
import type { namespaces } from '../db/schema/access.ts';
import { budgets } from '../db/schema/budgets.ts';
import { plugins } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { type Actor, requireScope } from './actor.ts';

type Demanding = Pick<
  typeof namespaces.$inferSelect,
  'id' | 'organizationId' | 'dependenciesOlderThan' | 'refuseAdvisories' | 'requiresApproval'
>;

/** Throws unless the actor has the right that lowering each of these demands needs. */
export function requireMayLower(actor: Actor, lowered: readonly GuardedDemand[]): void {
  for (const name of lowered) requireScope(actor, demands[name].lower);
}

const own = ['namespaceApproval', 'refusedAdvisories', 'packageAge'] as const;

/** Returns the namespace's own demands that the changes lower. */
export function loweredBy(changes: Partial<Demanding>, before: Demanding): GuardedDemand[] {
  const { dependenciesOlderThan: age, refuseAdvisories: severity, requiresApproval } = changes;
  const isLower = {
    namespaceApproval: requiresApproval === false,
    refusedAdvisories: severity !== undefined && refusedOf(severity) < refusedOf(before.refuseAdvisories),
    packageAge: age !== undefined && ageOf(age) < ageOf(before.dependenciesOlderThan),
  };
  return own.filter((name) => isLower[name]);
}

/** Returns how many severities are refused. */
function refusedOf(least: Demanding['refuseAdvisories']): number {
  return least === null ? 0 : severities.length - severities.indexOf(least);
}

function ageOf(age: string | null): number {
  return age === null ? 0 : ageMs(age);
}

/**
 * Throws unless the actor may lower every demand that the namespace holds. Without its name, another namespace could take it, and the
 * calls by name, without the demands.
 */
export async function requireMayFreeName({ db }: Pick<Deps, 'db'>, actor: Actor, namespace: Demanding): Promise<void> {
  const { id, organizationId, requiresApproval } = namespace;
  const demanding = db
    .select()
    .from(plugins)
    .where(and(eq(plugins.ownerId, id), eq(plugins.requiresApproval, true)));
  const budget = db
    .select()
    .from(budgets)
    .where(and(eq(budgets.organizationId, organizationId), eq(budgets.scope, id)));
  const [held] = await db
    .select({ plugin: sql<number>`${exists(demanding)}`, budget: sql<number>`${exists(budget)}` })
    .from(sql`(select 1)`);
  const without = { refuseAdvisories: null, dependenciesOlderThan: null };
  requireMayLower(actor, [
    ...loweredBy(requiresApproval ? { ...without, requiresApproval: false } : without, namespace),
    ...(held?.plugin ? (['pluginApproval'] as const) : []),
    ...(held?.budget ? (['namespaceBudget'] as const) : []),
  ]);
}
