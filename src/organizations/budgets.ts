// Reads and sets monthly budgets. Setting one lifts its refusal in the same batch, if the new limit isn't reached.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { visibleTo } from '../access/visible-namespaces.ts';
import type { ActorRef } from '../contract/actor.ts';
import { type BudgetResource, budgetResources, monthAt, monthStart } from '../contract/budgets.ts';
import { budgetLimits } from '../contract/limits/quotas.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../db/client.ts';
import { namespaces, organizations } from '../db/schema/access.ts';
import { budgets } from '../db/schema/budgets.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { type Budget, budgetColumns, type Spent, spentColumns, spentSql } from '../limits/budgets.ts';
import { isBudget, reachStatements } from './budget-check.ts';
import { requireAdministrator } from './deletion.ts';

export type BudgetFields = Pick<Budget, 'instanceSeconds' | 'calls' | 'storedBytes' | 'onExceeded'>;

/** A scope's budgets and what it has spent in the month. */
export interface BudgetState {
  scope: OrganizationId | NamespaceId;
  month: string;
  budgets: Budget[];
  spent: Spent;
  usage: Record<BudgetResource, ResourceUsage>;
  isRefusing: boolean;
}

interface ResourceUsage {
  spent: number;
  /** The lower of the limits. */
  limit: number | null;
  percent: number | null;
  /** Amount at the month's end, if it continues as it did so far. */
  forecast: number;
}

export interface Owner {
  organizationId: OrganizationId;
  scope: OrganizationId | NamespaceId;
  /** SQL: the scope exists, and may be seen. */
  exists: SQL;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;
type ReadDeps = Pick<Deps, 'db' | 'clock'>;

/** Reads the budgets of the actor's organization, or of a namespace in it. */
export function readBudget(deps: ReadDeps, actor: Actor, namespaceId?: NamespaceId): Promise<BudgetState> {
  requireScope(actor, 'plugins:read');
  return readState(deps, ownerOf(actor, namespaceId));
}

export function readAsOperator(deps: ReadDeps, id: OrganizationId): Promise<BudgetState> {
  return readState(deps, organizationOwner(id));
}

/** Sets the organization's own budget, or one of a namespace. */
export function setBudget(
  deps: WriteDeps,
  actor: Actor,
  fields: BudgetFields,
  namespaceId?: NamespaceId,
): Promise<BudgetState> {
  requireAdministrator(actor);
  return writeBudget(deps, ownerOf(actor, namespaceId), { ...fields, setBy: 'organization', actor: actor.ref });
}

export function setAsOperator(
  deps: WriteDeps,
  id: OrganizationId,
  actor: ActorRef,
  fields: BudgetFields,
): Promise<BudgetState> {
  return writeBudget(deps, organizationOwner(id), { ...fields, setBy: 'operator', actor });
}

/** Returns the actor's organization, or a namespace in it. */
export function ownerOf(actor: Actor, namespaceId: NamespaceId | undefined): Owner {
  if (namespaceId === undefined) return organizationOwner(actor.organizationId);
  const isVisible = and(visibleTo(actor), eq(namespaces.id, namespaceId));
  const exists = sql`exists (select 1 from ${namespaces} where ${isVisible})`;
  return { organizationId: actor.organizationId, scope: namespaceId, exists };
}

function organizationOwner(id: OrganizationId): Owner {
  const isOpen = and(eq(organizations.id, id), isNull(organizations.closedAt));
  return { organizationId: id, scope: id, exists: sql`exists (select 1 from ${organizations} where ${isOpen})` };
}

/** Returns a budget's limits under the names that the API and events use. */
export function limitsOf({ calls, instanceSeconds, onExceeded, storedBytes }: BudgetFields) {
  return { instance_seconds: instanceSeconds, calls, stored_bytes: storedBytes, on_exceeded: onExceeded };
}

/** Replaces the budget; one without limits is deleted. A threshold that the new limit no longer reaches can be reached again. */
async function writeBudget(
  deps: WriteDeps,
  owner: Owner,
  { actor, setBy, ...fields }: BudgetFields & { setBy: Budget['setBy']; actor: ActorRef },
): Promise<BudgetState> {
  const { clock, db } = deps;
  const { exists, organizationId, scope } = owner;
  const row = { organizationId, scope, setBy, ...fields, checkedAt: clock.now() };
  const which = isBudget(row);
  const replace = sql`on conflict do update set instance_seconds = excluded.instance_seconds, calls = excluded.calls,
    stored_bytes = excluded.stored_bytes, on_exceeded = excluded.on_exceeded`;
  const isEmpty = budgetResources.every((resource) => row[budgetColumns[resource].limit] === null);
  const namespaceId = scope === organizationId ? null : sql`${scope}`;
  const event = { organizationId, namespaceId, subjectId: scope, actor, type: 'budget.changed' } as const;
  const state = await readState(deps, owner, [
    isEmpty ? db.delete(budgets).where(and(which, exists)) : insertWhere(db, budgets, row, exists, replace),
    record(deps, { ...event, data: { ...limitsOf(fields), set_by: setBy } }, previousChanged),
    db
      .update(budgets)
      .set(stillReached(monthAt(clock.now())))
      .where(and(which, exists)),
  ]);
  const [first, ...rest] = state.budgets.flatMap((budget) => reachStatements(deps, budget, state.spent));
  if (first) await db.batch([first, ...rest]);
  return state;
}

/** SQL: the thresholds that were reached, as far as the limits are still reached. */
function stillReached(month: string): Record<string, SQL> {
  const spent = spentSql(budgets, month);
  const levels = budgetResources.map((resource) => {
    const { limit, reached } = budgetColumns[resource];
    const cases = budgetLimits.thresholds
      .toReversed()
      .map((percent) => sql`when ${spent[resource]} * 100 >= ${budgets[limit]} * ${percent} then ${percent}`);
    return [reached, sql`min(${budgets[reached]}, case ${sql.join(cases, sql` `)} else 0 end)`] as const;
  });
  return Object.fromEntries(levels);
}

/** Reads the state after the writes, in one round trip. Throws not-found for a scope that can't be seen. */
async function readState({ clock, db }: ReadDeps, owner: Owner, writes: Statement[] = []): Promise<BudgetState> {
  const now = clock.now();
  return budgetState(owner, await writeAndRead(db, writes, selectBudget(db, owner, now)), now);
}

/** Selects a scope's budgets and what it has spent. */
export function selectBudget(db: Deps['db'], { exists, organizationId, scope }: Owner, now: number) {
  return {
    budgets: db
      .select()
      .from(budgets)
      .where(and(eq(budgets.organizationId, organizationId), eq(budgets.scope, scope))),
    spent: db
      .select(spentColumns({ organizationId, scope }, monthAt(now)))
      .from(sql`(select 1)`)
      .where(exists),
  };
}

/** Throws not-found for a scope that can't be seen. */
export function budgetState(
  { organizationId, scope }: Owner,
  { budgets, spent: [spent] }: { budgets: Budget[]; spent: Spent[] },
  now: number,
): BudgetState {
  if (!spent) throw notFound(scope === organizationId ? 'organization' : 'namespace', scope);
  const isRefusing = budgets.some(
    (one) =>
      one.onExceeded === 'refuse' &&
      budgetResources.some((resource) => spent[resource] >= (one[budgetColumns[resource].limit] ?? Infinity)),
  );
  return { scope, month: monthAt(now), budgets, spent, usage: usageOf(budgets, spent, now), isRefusing };
}

/** The start of a month says little about its end. */
const elapsedMin = 0.001;

/** Returns the amount at the month's end, if it continues as it did so far. */
export function forecastAt(amount: number, now: number): number {
  const month = monthAt(now);
  const elapsed = (now - monthStart(month)) / (monthStart(month, 1) - monthStart(month));
  return Math.round(amount / Math.max(elapsed, elapsedMin));
}

function usageOf(set: readonly Budget[], spent: Spent, now: number): BudgetState['usage'] {
  const of = (resource: BudgetResource): ResourceUsage => {
    const amount = spent[resource];
    const limits = set.flatMap((one) => one[budgetColumns[resource].limit] ?? []);
    const limit = limits.length > 0 ? Math.min(...limits) : null;
    const percent = limit === null ? null : limit === 0 ? 100 : Math.floor((100 * amount) / limit);
    return { spent: amount, limit, percent, forecast: resource === 'stored_bytes' ? amount : forecastAt(amount, now) };
  };
  return { instance_seconds: of('instance_seconds'), calls: of('calls'), stored_bytes: of('stored_bytes') };
}
