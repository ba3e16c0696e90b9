// Compares budgets with what is spent. Reaching a threshold is an event, once per month, budget and resource. At 100% the budget's row
// refuses what its owner chose.
import { and, asc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../contract/actor.ts';
import { type BudgetResource, budgetResources, monthAt } from '../contract/budgets.ts';
import { budgetLimits } from '../contract/limits/quotas.ts';
import { isId } from '../core/ids.ts';
import { previousChanged, type Statement } from '../db/client.ts';
import { budgets } from '../db/schema/budgets.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { record } from '../events/record.ts';
import { type Budget, budgetColumns, type Spent, spentColumns } from '../limits/budgets.ts';

type CheckDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export const budgetsStep: DueStep = { step: sweepBudgets, due: (deps) => [selectToCheck(deps)] };

/** Checks each budget once a minute. *Dies:* the budgets stay due. */
export async function sweepBudgets(deps: CheckDeps): Promise<void> {
  const { clock, db } = deps;
  const found = await db
    .select({ budget: getTableColumns(budgets), spent: spentColumns(budgets, monthAt(clock.now())) })
    .from(budgets)
    .where(sql`${sql.raw('rowid')} in ${selectToCheck(deps)}`);
  const statements: Statement[] = [];
  for (const { budget, spent } of found) {
    if (statements.length >= budgetLimits.statementsOfSweep) break;
    statements.push(...reachStatements(deps, budget, spent));
    statements.push(db.update(budgets).set({ checkedAt: clock.now() }).where(isBudget(budget)));
  }
  const [first, ...rest] = statements;
  if (first) await db.batch([first, ...rest]);
}

function selectToCheck({ clock, db }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: sql<number>`${sql.raw('rowid')}` })
    .from(budgets)
    .where(lt(budgets.checkedAt, clock.now() - budgetLimits.checkEveryMs))
    .orderBy(asc(budgets.checkedAt))
    .limit(budgetLimits.statementsOfSweep);
}

export function isBudget({ organizationId, scope, setBy }: Pick<Budget, 'organizationId' | 'scope' | 'setBy'>) {
  return and(eq(budgets.organizationId, organizationId), eq(budgets.scope, scope), eq(budgets.setBy, setBy));
}

/** Builds the statements that record the thresholds the budget has newly reached. */
export function reachStatements(deps: CheckDeps, budget: Budget, spent: Spent): Statement[] {
  const month = monthAt(deps.clock.now());
  const unreached = { month, instanceSecondsReached: 0, callsReached: 0, storedBytesReached: 0 };
  const begins = deps.db
    .update(budgets)
    .set(unreached)
    .where(and(isBudget(budget), lt(budgets.month, month)));
  const current = budget.month === month ? budget : { ...budget, ...unreached };
  const reached = budgetResources.flatMap((resource) => reach(deps, current, resource, spent[resource]));
  return current === budget ? reached : [begins, ...reached];
}

/** Marks each new threshold, with its event. Changes nothing if the limit changes meanwhile, or another sweep was first. */
function reach(deps: CheckDeps, budget: Budget, resource: BudgetResource, spent: number): Statement[] {
  const { limit: limitColumn, reached } = budgetColumns[resource];
  const { month, onExceeded, organizationId, scope, setBy } = budget;
  const limit = budget[limitColumn];
  if (limit === null) return [];
  const thresholds = budgetLimits.thresholds.filter(
    (percent) => percent > budget[reached] && spent * 100 >= limit * percent,
  );
  return thresholds.flatMap((percent) => {
    const isNew: SQL = sql`${budgets.month} = ${month} and ${budgets[reached]} < ${percent} and ${budgets[limitColumn]} = ${limit}`;
    const event = {
      organizationId,
      namespaceId: isId('namespace', scope) ? scope : null,
      type: 'budget.reached',
      actor: systemActor,
      subjectId: scope,
      data: { resource, percent, spent, limit, month, on_exceeded: onExceeded, set_by: setBy },
    } as const;
    const mark = deps.db
      .update(budgets)
      .set({ [reached]: percent })
      .where(and(isBudget(budget), isNew));
    return [mark, record(deps, event, previousChanged)];
  });
}
