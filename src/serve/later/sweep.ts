// Makes up for lost messages and dead workers of later calls, ends calls that waited too long, and deletes old ones.
import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import { type CallPriority, callQueues } from '../../contract/states.ts';
import { previousChanged, readTogether } from '../../db/client.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { record } from '../../events/record.ts';
import { runIsolated, sendAll } from '../../events/send-all.ts';
import { dueCallbacks } from './callbacks/claim.ts';
import type { LaterCall } from './later-calls.ts';
import { requeueStatements } from './requeue.ts';
import { endedAs, isUnaccepted, mayBecome } from './states.ts';
import { deleteStored, releaseBody } from './stored.ts';

export const laterCallsStep: DueStep = { step: sweepLaterCalls, due: dueLaterCalls };

export async function sweepLaterCalls(deps: Deps): Promise<void> {
  const [selectWaiting, selectLow, selectDead, selectExpired, selectUnaccepted, selectOld, selectCallbacks] =
    dueLaterCalls(deps);
  const due = await readTogether(deps.db, {
    normal: selectWaiting,
    low: selectLow,
    dead: selectDead,
    expired: selectExpired,
    unaccepted: selectUnaccepted,
    old: selectOld,
    callbacks: selectCallbacks,
  });
  const dead = due.dead.slice(0, sweepLimits.changedByOne);
  await runIsolated(deps, dead, requeue);
  await runIsolated(deps, due.expired.slice(0, sweepLimits.changedByOne), expire);
  const waiting = Map.groupBy([...due.normal, ...due.low, ...dead], ({ priority }) => priority);
  for (const [priority, calls] of waiting) {
    const wakeUps = calls.map(({ id }) => ({ v: 1, type: 'run-call', id, priority }) as const);
    await sendAll(deps, callQueues[priority], wakeUps);
  }
  for (const { id } of due.callbacks) await deps.queues.deliveries.send({ v: 1, type: 'call-back', id });
  await deleteCalls(deps, due.unaccepted, isUnaccepted);
  await deleteCalls(deps, due.old);
}

function dueLaterCalls({ db, clock, retention }: Pick<Deps, 'db' | 'clock' | 'retention'>) {
  const now = clock.now();
  const { bodyBytes, dueAt, endedAt, expiresAt, id, leaseUntil, namespaceId, organizationId, priority, runs, status } =
    laterCallRows;
  const waiting = (of: CallPriority) =>
    db
      .select({ id, priority })
      .from(laterCallRows)
      .where(and(sql`${status} = 'queued'`, eq(priority, of), lte(dueAt, now - sweepGraceMs)))
      .limit(sweepLimits.messagesAtOnce);
  const dead = db
    .select({ id, namespaceId, organizationId, priority, runs })
    .from(laterCallRows)
    .where(and(sql`${status} = 'running'`, lte(leaseUntil, now)))
    .limit(sweepLimits.messagesAtOnce);
  const expired = db
    .select({ id, namespaceId, organizationId, bodyBytes })
    .from(laterCallRows)
    .where(and(sql`${status} = 'queued'`, lte(expiresAt, now), sql`not ${isUnaccepted}`))
    .orderBy(asc(expiresAt))
    .limit(sweepLimits.pickedFrom);
  const unaccepted = db
    .select({ id, runs })
    .from(laterCallRows)
    .where(and(sql`${status} = 'queued'`, lte(expiresAt, now), isUnaccepted))
    .orderBy(asc(expiresAt))
    .limit(laterCalls.endedAtOnce);
  const old = db
    .select({ id, runs })
    .from(laterCallRows)
    .where(and(sql`${endedAt} is not null`, lte(endedAt, now - retention.laterCallsMs)))
    .orderBy(asc(endedAt))
    .limit(laterCalls.endedAtOnce);
  return [waiting('normal'), waiting('low'), dead, expired, unaccepted, old, dueCallbacks({ db, clock })] as const;
}

/** Requeues a call whose worker died. */
async function requeue(deps: Deps, call: DeadCall): Promise<void> {
  const isDead = sql`${laterCallRows.id} = ${call.id} and ${laterCallRows.leaseUntil} <= ${deps.clock.now()}`;
  await deps.db.batch(requeueStatements(deps, call, isDead, { delayMs: 0, hasRun: true }));
}

type DeadCall = Pick<LaterCall, 'id' | 'namespaceId' | 'organizationId' | 'priority' | 'runs'>;

function isOneOf(calls: readonly Pick<LaterCall, 'id'>[]): SQL {
  return sql`${laterCallRows.id} in (select value from json_each(${JSON.stringify(calls.map(({ id }) => id))}))`;
}

async function expire(
  deps: Deps,
  {
    bodyBytes,
    id,
    namespaceId,
    organizationId,
  }: Pick<LaterCall, 'bodyBytes' | 'id' | 'namespaceId' | 'organizationId'>,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const [expired] = await db.batch([
    db
      .update(laterCallRows)
      .set(endedAs('expired', now))
      .where(and(eq(laterCallRows.id, id), lte(laterCallRows.expiresAt, now), mayBecome('expired')))
      .returning({ id: laterCallRows.id }),
    record(
      deps,
      { organizationId, namespaceId, actor: systemActor, subjectId: id, type: 'call.expired' },
      previousChanged,
    ),
  ]);
  if (expired.length > 0) await releaseBody(deps, { id, bodyBytes });
}

/** Deletes stored bytes before rows, so that the bytes can still be found from any row that remains. */
async function deleteCalls(
  deps: Deps,
  calls: readonly Pick<LaterCall, 'id' | 'runs'>[],
  condition = sql`true`,
): Promise<void> {
  if (calls.length === 0) return;
  await deleteStored(deps, calls);
  await deps.db.delete(laterCallRows).where(and(isOneOf(calls), condition));
}
