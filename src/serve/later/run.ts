// Runs later calls. A message only wakes a worker; the claim decides which call to run.
import { and, type SQL, sql } from 'drizzle-orm';
import { type Actor, withoutKey } from '../../access/actor.ts';
import { systemActor } from '../../contract/actor.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { leases } from '../../contract/limits/leases.ts';
import { laterCalls } from '../../contract/limits/serving.ts';
import { type CallPriority, callQueues } from '../../contract/states.ts';
import { Problem } from '../../core/problem.ts';
import { parseTraceparent } from '../../core/trace-context.ts';
import { previousChanged } from '../../db/client.ts';
import { keepLease } from '../../db/lease.ts';
import { laterCallRows } from '../../db/schema/calls.ts';
import { record } from '../../events/record.ts';
import { setAside, whileMarked } from '../../events/set-aside.ts';
import { wake } from '../../events/wake.ts';
import { budgetFull, storageQuota } from '../../limits/stored-bytes.ts';
import { errorTypes, invoke } from '../invoke.ts';
import { errorCodes, operate } from '../operate.ts';
import type { CallDeps } from '../points.ts';
import type { Route } from '../route-lookup.ts';
import { wakeCallbacks } from './callbacks/secret.ts';
import { type ClaimedCall, claimNext } from './claim.ts';
import type { LaterCall } from './later-calls.ts';
import { requeueStatements } from './requeue.ts';
import { endedAs, mayBecome } from './states.ts';
import {
  deleteAnswer,
  deleteLostAnswers,
  encode,
  inRow,
  type LaterAnswer,
  readBody,
  releaseBody,
  storeAnswer,
} from './stored.ts';

/**
 * Runs the next call, then others for a while, because calls of an organization at its limit no longer have a message. *Dies:* the
 * lease expires, and the sweep queues the call again.
 */
export async function runCalls(
  deps: CallDeps,
  priority: CallPriority,
  calls: number = laterCalls.callsOfMessage,
): Promise<void> {
  const until = deps.clock.now() + laterCalls.beginsMs;
  for (let left = calls - 1; ; left -= 1) {
    const claimed = await claimNext(deps, priority);
    if (!claimed) return;
    const wakeUp = { v: 1, type: 'run-call', id: claimed.call.id, priority } as const;
    if (claimed.isOtherDue) deps.defer(wake(deps.queues[callQueues[priority]], wakeUp, laterCalls.wokenAtOnce));
    await run(deps, claimed);
    if (left > 0 && deps.clock.now() < until) continue;
    return void (await deps.queues[callQueues[priority]].send(wakeUp));
  }
}

async function run(deps: CallDeps, claimed: ClaimedCall): Promise<void> {
  const { call, lease } = claimed;
  const lost = new AbortController();
  const onLost = () => lost.abort(new LeaseLost(`the call ${call.id} was cancelled, or another worker holds it`));
  // The call must run in the version that is live now, which a route cached by an earlier call may not show.
  deps.routes.invalidate(call.organizationId, deps.clock.now());
  const trace = parseTraceparent(call.traceparent);
  await keepLease(deps, lease, { ...leases.laterCall, onLost }, async () => {
    const own = { ...deps, requestId: call.requestId, trace, signal: lost.signal, isLater: true };
    const outcome = await whileMarked(deps, call, () => outcomeOf(own, call));
    if (lost.signal.aborted) return;
    if (typeof outcome === 'string') await release(deps, claimed, outcome);
    else await end(deps, claimed, outcome);
  });
}

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

interface Outcome {
  answer: LaterAnswer;
  failed: boolean;
  deploymentId: Route['deploymentId'] | null;
}

/** Why a call runs again: its process died, or no instance accepted it. */
type Again = 'died' | 'not-run';

/**
 * Returns the call's outcome. Having to run again isn't a failure, unless the call has run so often that it probably crashes its
 * process or worker.
 */
async function outcomeOf(deps: CallDeps, call: LaterCall): Promise<Outcome | Again> {
  const { runsMax } = laterCalls;
  const { id, organizationId, priority, runs } = call;
  const message = { v: 1, type: 'run-call', id, priority } as const;
  const reason = await setAside(deps, { id, organizationId, tries: runs, triesMax: runsMax, message });
  if (reason !== undefined)
    return failed('CallInterrupted', `Slipway stopped trying to run the call: ${reason}. Send it again.`);
  try {
    const outcome = await answerOf(deps, call);
    return hasDied(outcome.answer) && call.runs < runsMax ? 'died' : outcome;
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof BuilderError)) throw error;
    if (error instanceof Problem && error.status < 500) return failed(error.code, error.message);
    if (!(error instanceof Problem) || error.code !== 'batch-lost') return 'not-run';
    return call.runs < runsMax ? 'died' : failed('BatchLost', error.message);
  }
}

/** Returns whether the plugin's process exited during the call. */
function hasDied(answer: LaterAnswer): boolean {
  if (!('error' in answer)) return false;
  return 'type' in answer.error ? answer.error.type === errorTypes.crashed : answer.error.code === errorCodes.crashed;
}

function failed(type: string, message: string): Outcome {
  const error = { type, message };
  return { answer: { status: 'error', error, duration_ms: 0 }, failed: true, deploymentId: null };
}

async function answerOf(deps: CallDeps, call: LaterCall): Promise<Outcome> {
  const body = await readBody(deps, call);
  if (!body) throw new Problem('not-found', 'The body of the call is gone');
  const actor = actorOf(call);
  const { callee } = call;
  if (callee.by === 'kind') {
    if (!('method' in body)) throw new Problem('invalid-request', 'The body is not an operation');
    const { answer } = await operate(deps, actor, callee, body);
    return { answer, failed: 'error' in answer, deploymentId: null };
  }
  if (!('inputs' in body)) throw new Problem('invalid-request', 'The body is not a call');
  const { answer, route } = await invoke(deps, actor, callee, body);
  return { answer, failed: answer.status === 'error', deploymentId: route.deploymentId };
}

/** Returns an actor that may do exactly what was accepted, even if the sender's key has been revoked since. */
function actorOf({ createdBy, namespaceId, organizationId }: LaterCall): Actor {
  return {
    ...withoutKey,
    ref: createdBy,
    organizationId,
    scopes: new Set(['plugins:invoke']),
    namespaceIds: new Set([namespaceId]),
  };
}

/** Ends the call. If its answer exceeds the stored-bytes budget, stores that error instead. */
async function end(deps: CallDeps, claimed: ClaimedCall, outcome: Outcome): Promise<void> {
  const { call } = claimed;
  let ended = await endWith(deps, claimed, outcome);
  if (ended === 'full') {
    const { message } = await budgetFull(deps.db, call.organizationId, encode(outcome.answer).length);
    await deleteAnswer(deps, call.id, call.runs);
    const reason = failed('QuotaExceeded', `The answer was not stored. ${message}`);
    ended = await endWith(deps, claimed, reason, sql`true`);
  }
  if (ended === 'lost') return deleteAnswer(deps, call.id, call.runs);
  await releaseBody(deps, call);
  await wakeCallbacks(deps, call);
}

/**
 * Stores the answer and the end of the call if the budget allows it, a large answer first. `room` is the SQL that decides. *Dies in
 * between:* the call runs again.
 */
async function endWith(
  deps: CallDeps,
  { call, lease }: ClaimedCall,
  { answer, deploymentId, failed }: Outcome,
  room?: SQL,
): Promise<'ended' | 'full' | 'lost'> {
  const { db, clock } = deps;
  const { id, namespaceId, organizationId, runs } = call;
  const bytes = encode(answer);
  const text = inRow(bytes);
  await deleteLostAnswers(deps, id, runs);
  if (text === null) await storeAnswer(deps, id, runs, bytes);
  const status = failed ? 'failed' : 'succeeded';
  const hasRoom = room ?? storageQuota(organizationId, bytes.length).hasRoom;
  const event = { organizationId, namespaceId, actor: systemActor, subjectId: id };
  const data = { deployment_id: deploymentId, runs };
  const [ended] = await db.batch([
    db
      .update(laterCallRows)
      .set({ deploymentId, answer: text, answerBytes: bytes.length, ...endedAs(status, clock.now()) })
      .where(and(lease.isHeld, mayBecome(status), hasRoom))
      .returning({ id: laterCallRows.id }),
    record(deps, { ...event, type: `call.${status}`, data }, previousChanged),
  ]);
  if (ended.length > 0) return 'ended';
  const held = await db.select({ id: laterCallRows.id }).from(laterCallRows).where(lease.isHeld);
  return held.length > 0 ? 'full' : 'lost';
}

/** Puts the call back into the queue. */
async function release(deps: CallDeps, { call, lease }: ClaimedCall, why: Again): Promise<void> {
  await deps.db.batch(
    requeueStatements(deps, call, lease.isHeld, { delayMs: laterCalls.retryMs, hasRun: why === 'died' }),
  );
}
