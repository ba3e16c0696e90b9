// Statements that change push states, with the events that report the changes.
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import type { ActorRef } from '../../contract/actor.ts';
import { actorMadeBy, authorIds } from '../../contract/events/authors.ts';
import type { EventData } from '../../contract/events/events.ts';
import type { PushState } from '../../contract/features/deploy-hooks/states.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { type deployHooks, pushes } from './tables.ts';

/** Pushes superseded per statement. */
const supersededMax = 500;

export type Push = typeof pushes.$inferSelect;

type StatementDeps = Pick<Deps, 'db' | 'clock' | 'ids'>;
type HookRow = typeof deployHooks.$inferSelect;
type Hook = Pick<HookRow, 'id' | 'organizationId' | 'ownerId' | 'statusToken' | 'createdBy' | 'changedBy'>;

/** Returns the hook as the actor of its own actions, which are those of everyone who made or changed it (decision 146). */
export function hookActor({ id, createdBy, changedBy }: Pick<Hook, 'id' | 'createdBy' | 'changedBy'>): ActorRef {
  return actorMadeBy({ type: 'hook', id }, [...authorIds(createdBy), ...(changedBy ?? [])]);
}

/** Returns the data common to all events of a push. */
export function pushData({ hookId, ref }: Pick<Push, 'hookId' | 'ref'>) {
  return { hook_id: hookId, ref };
}

type PushEvent = 'push.published' | 'push.deploying' | 'push.delayed' | 'push.live' | 'push.failed';

export interface PushChange<Type extends PushEvent> {
  /** Allowed previous states. */
  from: readonly PushState[];
  set: Partial<Push>;
  /** The event's data starts with `pushData`. */
  event: { type: Type; data: EventData<Type> };
  /** Additional condition on the push's row. */
  when?: SQL;
}

/** Changes a push that is in one of these states, and records the event. If the hook has a token, also marks a report as due. */
export async function changePush<Type extends PushEvent>(
  deps: StatementDeps & Pick<Deps, 'queues' | 'log' | 'defer'>,
  hook: Hook,
  push: Push,
  { from, set, event, when }: PushChange<Type>,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const reports = hook.statusToken !== null && set.status !== undefined && set.status !== 'queued';
  const message = outboxMessage(deps, 'deliveries', { v: 1, type: 'report-push', id: push.id });
  const isDue = sql`exists (select 1 from ${pushes} where ${pushes.id} = ${push.id} and ${pushes.reportAt} = ${now})`;
  await db.batch([
    db
      .update(pushes)
      .set({ ...set, updatedAt: now, ...(reports ? { reportAt: now, reportAttempts: 0 } : {}) })
      .where(and(eq(pushes.id, push.id), inArray(pushes.status, [...from]), when)),
    record(deps, { ...pushEvent(hook, push.id), type: event.type, data: event.data }, previousChanged),
    ...(reports ? [enqueue(deps, message, isDue)] : []),
  ]);
  if (reports) deps.defer(sendNow(deps, message));
}

export function pushEvent(hook: Hook, pushId: Push['id'] | SQL) {
  return {
    organizationId: hook.organizationId,
    namespaceId: ownerNamespace(hook.ownerId),
    actor: hookActor(hook),
    subjectId: pushId,
  };
}

/** Builds the statements that fail the hook's queued pushes, each with an event. */
export function openPushesFailed(
  deps: StatementDeps,
  hook: Hook,
  reason: 'hook-disabled' | 'hook-deleted',
): Statement[] {
  const { db, clock } = deps;
  const now = clock.now();
  const message = reason === 'hook-deleted' ? 'The hook was deleted.' : 'The hook was disabled.';
  const queued = and(eq(pushes.hookId, hook.id), sql`${pushes.endedAt} is null and ${pushes.status} = 'queued'`);
  const data = sql`json_object('hook_id', ${pushes.hookId}, 'ref', ${pushes.ref}, 'error', json_object('code', ${reason}, 'message', ${message}))`;
  return [
    eventOfEach(deps, hook, { type: 'push.failed', data }, queued),
    db.update(pushes).set({ status: 'failed', reason, message, endedAt: now, updatedAt: now }).where(queued),
  ];
}

/** SQL: columns of the hook's newest push in this state, or null. Literal conditions, to match the index of open pushes. */
export function selectPush(
  hookId: Hook['id'],
  status: 'queued' | 'running',
): (column: 'id' | 'ref' | 'next_at') => SQL {
  const isOpen = sql.raw(`ended_at is null and status = '${status}'`);
  return (column) =>
    sql`(select ${sql.raw(column)} from ${pushes} where hook_id = ${hookId} and ${isOpen} order by id desc limit 1)`;
}

/** Builds the statements that supersede the hook's older queued pushes, a limited number at a time. */
export function olderSuperseded(deps: StatementDeps, hook: Hook): Statement[] {
  const { db, clock } = deps;
  const now = clock.now();
  const newer = selectPush(hook.id, 'running')('id');
  const older = sql`${pushes.id} in (select id from ${pushes} where hook_id = ${hook.id} and ended_at is null and status = 'queued' and id < ${newer} order by id limit ${supersededMax})`;
  const data = sql`json_object('hook_id', ${pushes.hookId}, 'ref', ${pushes.ref}, 'by', ${newer})`;
  return [
    eventOfEach(deps, hook, { type: 'push.superseded', data }, older),
    db.update(pushes).set({ status: 'superseded', supersededBy: newer, endedAt: now, updatedAt: now }).where(older),
  ];
}

/**
 * Builds the statement that inserts an event for each of these pushes. The new event IDs sort together with others of the same time.
 */
function eventOfEach(
  { db, ids, clock }: StatementDeps,
  hook: Hook,
  { type, data }: { type: 'push.failed' | 'push.superseded'; data: SQL },
  condition: SQL | undefined,
): Statement {
  const { organizationId, ownerId } = hook;
  const namespaceId = ownerNamespace(ownerId);
  const id = sql`${ids('event').slice(0, 14)} || lower(hex(randomblob(8)))`;
  return db.insert(events).select(
    sql`select null, ${id}, ${organizationId}, ${namespaceId}, ${type}, ${JSON.stringify(hookActor(hook))}, ${pushes.id}, ${data}, ${clock.now()}
      from ${pushes} where ${condition}`,
  );
}
