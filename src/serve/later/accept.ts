// Accepts calls that are answered later.
import { and, eq, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { type CallPriority, callQueues } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { traceparentOf } from '../../core/trace-context.ts';
import { insertWhere, previousChanged, writeAndRead } from '../../db/client.ts';
import { queuedCallQuota, requireQuota, selectUsage } from '../../db/quotas.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import type { CallDeps } from '../call.ts';
import { findRoute } from '../route.ts';
import type { Callee } from '../route-lookup.ts';
import { requireCallbackSecret } from './callbacks/secret.ts';
import type { LaterCall } from './later-calls.ts';
import { type LaterBody, storeBody } from './stored.ts';

export interface LaterRequest {
  callee: Callee;
  body: LaterBody;
  priority: CallPriority;
  expiresInMs: number;
  /** Where its result is sent. */
  callbackUrl: string | null;
}

/**
 * Accepts the call if it has a route now: the row, the body, and then the message. *Dies before the message:* its caller has no answer, the
 * row is not due before it expires, and the sweep ends it and deletes the body. *After:* the sweep sends the message.
 */
export async function acceptLater(deps: CallDeps, actor: Actor, request: LaterRequest): Promise<LaterCall> {
  const { namespaceId } = await findRoute(deps, actor, request.callee);
  const { db, clock } = deps;
  if (request.callbackUrl !== null) await requireCallbackSecret(deps, namespaceId);
  const row = rowOf(deps, actor, request, namespaceId);
  const { id, priority } = row;
  const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref, subjectId: id };
  const quota = queuedCallQuota(actor.organizationId);
  const { usage } = await writeAndRead(db, [], {
    usage: selectUsage(db, quota),
    inserted: insertWhere(db, laterCallRows, row, quota.hasRoom),
    event: record(deps, { ...event, type: 'call.accepted', data: { priority } }, previousChanged),
  });
  requireQuota(quota, usage[0]);
  await storeBody(deps, id, request.body);
  const message = outboxMessage(deps, callQueues[priority], { v: 1, type: 'run-call', id, priority });
  const dueAt = clock.now();
  await db.batch([
    db
      .update(laterCallRows)
      .set({ dueAt })
      .where(and(eq(laterCallRows.id, id), sql`${laterCallRows.status} = 'queued'`)),
    enqueue(deps, message, previousChanged),
  ]);
  deps.defer(sendNow(deps, message));
  return { ...row, dueAt };
}

function rowOf(
  { clock, ids, requestId, trace }: CallDeps,
  actor: Actor,
  { callbackUrl, callee, expiresInMs, priority }: LaterRequest,
  namespaceId: NamespaceId,
): LaterCall {
  const now = clock.now();
  const expiresAt = now + expiresInMs;
  return {
    id: ids('call'),
    organizationId: actor.organizationId,
    namespaceId,
    callee,
    requestId: requestId ?? ids('request'),
    traceparent: trace ? traceparentOf(trace) : null,
    priority,
    status: 'queued',
    runs: 0,
    dueAt: expiresAt,
    expiresAt,
    leaseToken: null,
    leaseUntil: null,
    deploymentId: null,
    ...{ callbackUrl, callbackAttempts: 0, callbackAt: null, callbackToken: null, callbackError: null },
    createdBy: actor.ref,
    createdAt: now,
    startedAt: null,
    endedAt: null,
  };
}
