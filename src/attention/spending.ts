// Finds budgets and quotas that are almost or completely spent.
import { and, eq, getTableColumns, or, sql } from 'drizzle-orm';
import type { FoundNeed } from '../contract/attention.ts';
import { type BudgetResource, budgetResources, monthAt, monthStart } from '../contract/budgets.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { type QuotaResource, quotaResources, quotaTable } from '../contract/limits/quotas.ts';
import { isoDay } from '../core/clock.ts';
import { isId } from '../core/ids.ts';
import { budgets } from '../db/schema/budgets.ts';
import type { Deps } from '../deps.ts';
import { budgetColumns, spentColumns } from '../limits/budgets.ts';
import { selectAllUsage } from '../limits/quotas.ts';
import type { NeedSource, ViewerRead } from '../points.ts';

const budgetNames: Record<BudgetResource, string> = {
  calls: 'calls',
  instance_seconds: 'instance hours',
  stored_bytes: 'stored bytes',
};

/** Fill up and empty again in ordinary use. */
const passing: ReadonlySet<QuotaResource> = new Set(['parallel_runs', 'parallel_later_calls', 'queued_later_calls']);

function percentOf(used: number, allowed: number): number {
  return allowed <= 0 ? (used > 0 ? 100 : 0) : Math.floor((100 * used) / allowed);
}

/** A dismissed need returns at 90 and 100%, and in the next period. */
function fingerprint(percent: number, period: string): string {
  return `${Math.min(100, percent - (percent % 10))}.${period}`;
}

async function readBudgets({ clock, db }: Pick<Deps, 'db' | 'clock'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const { organizationId } = viewer;
  const month = monthAt(clock.now());
  const rows = await viewer.together(
    db
      .select({ budget: getTableColumns(budgets), spent: spentColumns(budgets, month) })
      .from(budgets)
      .where(
        and(
          eq(budgets.organizationId, organizationId),
          or(eq(budgets.scope, organizationId), sql`${budgets.scope} in ${viewer.namespaces}`),
        ),
      )
      .limit(needLimits.readOfKind),
  );
  return rows.flatMap(({ budget, spent }) =>
    budgetResources.flatMap((resource): FoundNeed[] => {
      const limit = budget[budgetColumns[resource].limit];
      const percent = limit === null ? 0 : percentOf(spent[resource], limit);
      if (percent < needLimits.spentPercent) return [];
      const { onExceeded, scope, setBy } = budget;
      const namespaceId = isId('namespace', scope) ? scope : null;
      const whose = namespaceId === null ? 'organization' : 'namespace';
      const setter = setBy === 'operator' ? ', which the operator set,' : '';
      const effect = percent >= 100 && onExceeded === 'refuse' ? ', so more is refused' : '';
      return [
        {
          key: `${scope}.${setBy}.${resource}`,
          severity: percent >= 100 ? 'bad' : 'warn',
          title: `${percent}% of the ${whose}'s monthly budget of ${budgetNames[resource]}${setter} is spent${effect}`,
          namespaceId,
          subject: scope,
          since: monthStart(month),
          action: {
            label: 'See the budget',
            page: '/quotas',
            command: `slipway budget show${namespaceId === null ? '' : ` --namespace ${namespaceId}`}`,
          },
          fingerprint: fingerprint(percent, month),
        },
      ];
    }),
  );
}

async function readQuotas(deps: Pick<Deps, 'clock' | 'db' | 'features'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const now = deps.clock.now();
  const [usage] = await viewer.together(selectAllUsage(deps, viewer.organizationId, now));
  if (!usage) return [];
  return quotaResources.flatMap((resource): FoundNeed[] => {
    const [used, allowed] = [usage.used[resource], usage.allowed[resource]];
    const percent = percentOf(used, allowed);
    if (passing.has(resource) || percent < needLimits.spentPercent) return [];
    const { what, whenFull, where = 'The organization' } = quotaTable[resource];
    const whose = where === 'This namespace' ? 'A namespace' : where.replace('This', 'The');
    return [
      {
        key: resource,
        severity: percent >= 100 ? 'bad' : 'warn',
        title: `${whose} has ${used} of ${allowed} ${what}${percent >= 100 ? `: ${whenFull}` : ''}`,
        namespaceId: null,
        subject: resource,
        since: now - (now % 86_400_000),
        action: { label: 'See the quotas', page: '/quotas', command: 'slipway quotas list' },
        fingerprint: fingerprint(percent, resource === 'log_bytes_per_day' ? isoDay(now) : monthAt(now)),
      },
    ];
  });
}

export const spendingNeeds: readonly NeedSource<Deps>[] = [
  { kind: 'budget', scope: 'plugins:read', read: readBudgets },
  { kind: 'quota', scope: null, read: readQuotas },
];
