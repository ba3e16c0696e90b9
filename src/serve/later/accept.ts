// Accepts later calls.
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import { type CallPriority, callQueues } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { formatTraceparent } from '../../core/trace-context.ts';
import { callArrived } from '../../core/turns.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import { record } from '../../events/record.ts';
import { wake } from '../../events/wake.ts';
import { hasRoom, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { oneMore } from '../../limits/quotas.ts';
import { storageQuota } from '../../limits/stored-bytes.ts';
import { admit } from '../limits/admit.ts';
import type { CallDeps } from '../points.ts';
import { findRoute } from '../route.ts';
import type { Callee } from '../route-lookup.ts';
import { requireCallbackSecret } from './callbacks/secret.ts';
import type { LaterCall } from './later-calls.ts';
import { isUnaccepted } from './states.ts';
import { deleteStored, encode, inRow, type LaterBody, storeBody } from './stored.ts';

export interface LaterRequest {
  callee: Callee;
  body: LaterBody;
  priority: CallPriority;
  expiresInMs: number;
  /** URL that receives the result. */
  callbackUrl: string | null;
}

/**
 * Accepts the call if it currently has a route. A small body is stored in the same row; for a larger one, an unaccepted row is written
 * first. The caller waits, so none of this takes turns with other work. *Dies before the acceptance:* the caller gets no response, and
 * the sweep deletes row and body. *Dies after it:* the sweep sends the message, because the call is due and not running.
 */
export async function acceptLater(deps: CallDeps, actor: Actor, request: LaterRequest): Promise<LaterCall> {
  callArrived();
  deps.goAhead();
  const route = await findRoute(deps, actor, request.callee);
  await admit(deps, actor, route, true);
  const { namespaceId } = route;
  if (request.callbackUrl !== null) await requireCallbackSecret(deps, namespaceId);
  const body = encode(request.body);
  const text = inRow(body);
  const row = { ...rowOf(deps, actor, request, namespaceId), body: text, bodyBytes: body.length };
  const call = text === null ? await acceptLarge(deps, row, body, request) : await acceptSmall(deps, row, request);
  const { id, priority } = call;
  deps.defer(wake(deps.queues[callQueues[priority]], { v: 1, type: 'run-call', id, priority }, laterCalls.wokenAtOnce));
  return call;
}

async function acceptSmall(deps: CallDeps, row: LaterCall, { expiresInMs }: LaterRequest): Promise<LaterCall> {
  const now = row.createdAt;
  const accepted = { ...row, dueAt: now, expiresAt: now + expiresInMs };
  await insert(deps, accepted, [recordAccepted(deps, row)]);
  return accepted;
}

async function acceptLarge(
  deps: CallDeps,
  row: LaterCall,
  body: Uint8Array,
  { expiresInMs }: LaterRequest,
): Promise<LaterCall> {
  await insert(deps, row, []);
  await storeBody(deps, row.id, body);
  return confirm(deps, row, expiresInMs);
}

/** Writes the row, and its followers, if the quotas allow it. Otherwise throws a problem for the exceeded quota. */
async function insert({ db }: Pick<CallDeps, 'db'>, row: LaterCall, followers: Statement[]): Promise<void> {
  const { bodyBytes, createdAt, organizationId } = row;
  const limits = [oneMore(organizationId, 'queued_later_calls', createdAt), storageQuota(organizationId, bodyBytes)];
  const [inserted] = await db.batch([
    insertWhere(db, laterCallRows, row, hasRoom(limits)).returning({ id: laterCallRows.id }),
    ...followers,
  ]);
  if (inserted.length > 0) return;
  requireRoom(limits, await selectExceeded(db, limits));
  throw new Problem('queue-full', 'The quota for the call was exceeded a moment ago but no longer is', {
    retryAfterSeconds: 1,
  });
}

function recordAccepted(
  deps: CallDeps,
  { createdBy, id, namespaceId, organizationId, priority }: LaterCall,
): Statement {
  const event = { organizationId, namespaceId, actor: createdBy, subjectId: id };
  return record(deps, { ...event, type: 'call.accepted', data: { priority } }, previousChanged);
}

/** Accepts the call. If it was cancelled in the meantime, it stays cancelled. */
async function confirm(deps: CallDeps, row: LaterCall, expiresInMs: number): Promise<LaterCall> {
  const { clock, db } = deps;
  const now = clock.now();
  const isRow = eq(laterCallRows.id, row.id);
  const accept = [
    db
      .update(laterCallRows)
      .set({ dueAt: now, expiresAt: now + expiresInMs })
      .where(and(isRow, isUnaccepted, gt(laterCallRows.expiresAt, now))),
    recordAccepted(deps, row),
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
  return call;
}

function rowOf(
  { clock, ids, requestId, trace }: CallDeps,
  actor: Actor,
  { callbackUrl, callee, priority }: LaterRequest,
  namespaceId: NamespaceId,
): Omit<LaterCall, 'body' | 'bodyBytes'> {
  const now = clock.now();
  const acceptedUntil = now + laterCalls.acceptedWithinMs;
  return {
    id: ids('call'),
    organizationId: actor.organizationId,
    namespaceId,
    callee,
    requestId: requestId ?? ids('request'),
    traceparent: trace ? formatTraceparent(trace) : null,
    priority,
    status: 'queued',
    runs: 0,
    dueAt: acceptedUntil,
    expiresAt: acceptedUntil,
    leaseToken: null,
    leaseUntil: null,
    answer: null,
    answerBytes: 0,
    deploymentId: null,
    callbackUrl,
    callbackAttempts: 0,
    callbackAt: null,
    callbackToken: null,
    callbackError: null,
    createdBy: actor.ref,
    createdAt: now,
    startedAt: null,
    endedAt: null,
  };
}
