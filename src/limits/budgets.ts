// Reads monthly budgets in SQL: what is spent, and whether a spent budget refuses something. The refusal is a flag in the budget's row
// that names its month, so it ends with the month.
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { type BudgetResource, monthAt } from '../contract/budgets.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { qualified } from '../db/client.ts';
import { budgets, usageMonths } from '../db/schema/budgets.ts';
import { models } from '../db/schema/models.ts';
import { type OwnerId, pluginVersions } from '../db/schema/registry.ts';
import { runs } from '../db/schema/runs.ts';
import { storedBytes } from './amounts.ts';
import type { Limit } from './limit.ts';

export type Budget = typeof budgets.$inferSelect;
export type Spent = Record<BudgetResource, number>;

/** Columns of a budget by resource: its limit, and the threshold that was reached. */
export const budgetColumns = {
  instance_seconds: { limit: 'instanceSeconds', reached: 'instanceSecondsReached' },
  calls: { limit: 'calls', reached: 'callsReached' },
  stored_bytes: { limit: 'storedBytes', reached: 'storedBytesReached' },
} as const satisfies Record<BudgetResource, { limit: keyof Budget; reached: keyof Budget }>;

/** An organization, or one of its namespaces. */
export interface BudgetScope {
  organizationId: OrganizationId | AnySQLiteColumn;
  scope: OrganizationId | NamespaceId | AnySQLiteColumn;
}

/** SQL by resource: what the scope has spent in the month. Stored bytes are what it holds now. */
export function spentSql({ organizationId, scope }: BudgetScope, month: string): Record<BudgetResource, SQL<number>> {
  const counted = sql`${usageMonths.organizationId} = ${organizationId} and ${usageMonths.month} = ${month}
    and (${scope} = ${organizationId} or ${usageMonths.namespaceId} = ${scope})`;
  const sumOf = (amount: SQL) => sql<number>`(select coalesce(sum(${amount}), 0) from ${usageMonths} where ${counted})`;
  return {
    instance_seconds: sql<number>`(${sumOf(sql`${usageMonths.instanceMs}`)} / 1000)`,
    calls: sumOf(sql`${usageMonths.calls}`),
    stored_bytes: sql<number>`iif(${scope} = ${organizationId}, ${storedBytes(sql`${organizationId}`)}, ${namespaceBytes(scope)})`,
  };
}

/** SQL: bytes of the namespace's archives, models and runs. Nothing else that is stored names its namespace. */
function namespaceBytes(namespaceId: BudgetScope['scope']): SQL<number> {
  const archives = sql`select distinct ${pluginVersions.sha256}, ${pluginVersions.sizeBytes} as bytes from ${pluginVersions}
    where ${pluginVersions.ownerId} = ${namespaceId} and ${pluginVersions.kind} in ('extractor', 'pipeline', 'storage') and ${pluginVersions.deletedAt} is null`;
  const ofRun = sql`${runs.storedInputBytes} + ${runs.storedChunkBytes} + ${runs.outputBytes} + ${runs.errorBytes}`;
  return sql<number>`((select coalesce(sum(bytes), 0) from (${archives}))
    + (select coalesce(sum(${models.sizeBytes}), 0) from ${models} where ${models.namespaceId} = ${namespaceId})
    + (select coalesce(sum(${ofRun}), 0) from ${runs} where ${runs.namespaceId} = ${namespaceId}))`;
}

/** Selected columns with what the scope has spent, under names that no table has. */
export function spentColumns(scope: BudgetScope, month: string) {
  const spent = spentSql(scope, month);
  return {
    instance_seconds: qualified(spent.instance_seconds).as('spent_instance_seconds'),
    calls: qualified(spent.calls).as('spent_calls'),
    stored_bytes: qualified(spent.stored_bytes).as('spent_stored_bytes'),
  };
}

interface Place {
  organizationId: OrganizationId | SQL;
  namespaceId: OwnerId | SQL;
}

/** Resources that stop new instances, deployments and runs. A spent budget of stored bytes stops only what stores more. */
const runningResources = ['instance_seconds', 'calls'] as const;

/** SQL: a budget of the organization or the namespace refuses more of one of the resources, in the month that its row names. */
function isRefusing({ namespaceId, organizationId }: Place, resources: readonly BudgetResource[]): SQL | undefined {
  return and(
    sql`${budgets.organizationId} = ${organizationId}`,
    sql`${budgets.scope} in (${organizationId}, ${namespaceId})`,
    eq(budgets.onExceeded, 'refuse'),
    or(...resources.map((resource) => eq(budgets[budgetColumns[resource].reached], 100))),
  );
}

const refusalSchema = z.object({
  organizationId: z.string(),
  scope: z.string(),
  month: z.string(),
  instanceSeconds: z.int().nullable(),
  calls: z.int().nullable(),
  storedBytes: z.int().nullable(),
  instanceSecondsReached: z.int(),
  callsReached: z.int(),
  storedBytesReached: z.int(),
});
/** The fields of a refusing budget that an error needs. */
export type Refusal = z.infer<typeof refusalSchema>;

const parseRefusal = (text: string) => refusalSchema.parse(JSON.parse(text));

/** SQL: the budget that refuses the resources, as a JSON object. Null if there is none. */
function refusalJson(place: Place, resources: readonly BudgetResource[], month?: string): SQL<string> {
  const fields = refusalSchema.keyof().options.map((name) => sql`${sql.raw(`'${name}'`)}, ${budgets[name]}`);
  const isOfMonth = month === undefined ? undefined : eq(budgets.month, month);
  return sql`(select json_object(${sql.join(fields, sql`, `)}) from ${budgets}
    where ${and(isRefusing(place, resources), isOfMonth)} order by ${budgets.month} desc limit 1)`;
}

/** Selected column with the budget that refuses to start anything new. Null if there is none. */
export function refusingColumn(place: Place) {
  return qualified(sql<Refusal | null>`${refusalJson(place, runningResources)}`).mapWith(parseRefusal);
}

/** Returns the limit that spent budgets set to more of the resources. */
export function budgetLimit(place: Place, now: number, resources: readonly BudgetResource[] = runningResources): Limit {
  const refusing = refusalJson(place, resources, monthAt(now));
  return {
    hasRoom: sql`${refusing} is null`,
    amounts: refusing,
    exceeded: (refusal) => budgetProblem(parseRefusal(refusal), resources),
  };
}

export function refuses(budget: Refusal | null | undefined, now: number): budget is Refusal {
  return budget?.month === monthAt(now);
}

/** Throws if the budget is spent in this month and refuses to start anything new. */
export function requireWithinBudget(budget: Refusal | null | undefined, now: number): void {
  if (refuses(budget, now)) throw budgetProblem(budget, runningResources);
}

function budgetProblem(budget: Refusal, resources: readonly BudgetResource[]): Problem {
  const resource = resources.find((one) => budget[budgetColumns[one].reached] === 100) ?? 'calls';
  const limit = budget[budgetColumns[resource].limit];
  const whose = budget.scope === budget.organizationId ? 'The organization' : 'This namespace';
  const what = resource.replace('_', ' ');
  const message = `${whose} has spent its budget of ${limit} ${what} for ${budget.month}. ${resource === 'stored_bytes' ? 'Nothing more is stored' : 'What is awake keeps serving; nothing new starts'}.`;
  return new Problem('budget-exceeded', message, { details: { resource, limit, month: budget.month } });
}
