// Accepts calls that are answered later.
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import { type CallPriority, callQueues } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { traceparentOf } from '../../core/trace-context.ts';
import { insertWhere, previousChanged, writeAndRead } from '../../db/client.ts';
import { queuedCallQuota, requireQuota, selectUsage } from '../../db/quotas.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import { storageQuota } from '../../db/stored-bytes.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import type { CallDeps } from '../call.ts';
import { findRoute } from '../route.ts';
import type { Callee } from '../route-lookup.ts';
import { requireCallbackSecret } from './callbacks/secret.ts';
import type { LaterCall } from './later-calls.ts';
import { isUnaccepted } from './states.ts';
import { deleteStored, encode, type LaterBody, storeBody } from './stored.ts';

export interface LaterRequest {
  callee: Callee;
  body: LaterBody;
  priority: CallPriority;
  expiresInMs: number;
  /** Where its result is sent. */
  callbackUrl: string | null;
}

/**
 * Accepts the call if it has a route now: the row, the body, and then the acceptance with its message. *Dies before the acceptance:* its
 * caller has no answer, and the sweep deletes the row and the body. *After:* the sweep sends the message.
 */
export async function acceptLater(deps: CallDeps, actor: Actor, request: LaterRequest): Promise<LaterCall> {
  const { namespaceId } = await findRoute(deps, actor, request.callee);
  if (request.callbackUrl !== null) await requireCallbackSecret(deps, namespaceId);
  const body = encode(request.body);
  const row = { ...rowOf(deps, actor, request, namespaceId), bodyBytes: body.length };
  const quota = queuedCallQuota(actor.organizationId);
  const storage = storageQuota(actor.organizationId, body.length);
  const { storageUsage, usage } = await writeAndRead(deps.db, [], {
    usage: selectUsage(deps.db, quota),
    storageUsage: selectUsage(deps.db, storage),
    inserted: insertWhere(deps.db, laterCallRows, row, sql`${quota.hasRoom} and ${storage.hasRoom}`),
  });
  requireQuota(quota, usage[0]);
  requireQuota(storage, storageUsage[0]);
  await storeBody(deps, row.id, body);
  return confirm(deps, row, request.expiresInMs);
}

/** A call that was cancelled meanwhile stays so. */
async function confirm(deps: CallDeps, row: LaterCall, expiresInMs: number): Promise<LaterCall> {
  const { clock, db } = deps;
  const { createdBy, id, namespaceId, organizationId, priority } = row;
  const now = clock.now();
  const message = outboxMessage(deps, callQueues[priority], { v: 1, type: 'run-call', id, priority });
  const event = { organizationId, namespaceId, actor: createdBy, subjectId: id };
  const isRow = eq(laterCallRows.id, id);
  const accept = [
    db
      .update(laterCallRows)
      .set({ dueAt: now, expiresAt: now + expiresInMs })
      .where(and(isRow, isUnaccepted, gt(laterCallRows.expiresAt, now))),
    record(deps, { ...event, type: 'call.accepted', data: { priority } }, previousChanged),
    enqueue(deps, message, previousChanged),
  ];
  const accepted = db
    .select()
    .from(laterCallRows)
    .where(and(isRow, sql`not ${isUnaccepted}`));
  const [call] = (await writeAndRead(db, accept, { accepted })).accepted;
  if (!call) {
    await deleteStored(deps, [row]);
    throw new Problem('internal', 'The call was not accepted: storing its body took too long');
  }
  deps.defer(sendNow(deps, message));
  return call;
}

function rowOf(
  { clock, ids, requestId, trace }: CallDeps,
  actor: Actor,
  { callbackUrl, callee, priority }: LaterRequest,
  namespaceId: NamespaceId,
): Omit<LaterCall, 'bodyBytes'> {
  const now = clock.now();
  const acceptedUntil = now + laterCalls.acceptedWithinMs;
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
    dueAt: acceptedUntil,
    expiresAt: acceptedUntil,
    leaseToken: null,
    leaseUntil: null,
    answerBytes: 0,
    deploymentId: null,
    ...{ callbackUrl, callbackAttempts: 0, callbackAt: null, callbackToken: null, callbackError: null },
    createdBy: actor.ref,
    createdAt: now,
    startedAt: null,
    endedAt: null,
  };
}
