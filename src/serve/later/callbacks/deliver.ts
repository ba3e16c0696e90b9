// Sends the results of later calls to their callbacks, as webhooks are sent (decision 98). If a worker dies, its results are sent
// again; the receiver recognizes them by the same `webhook-id`.
import { eq, sql } from 'drizzle-orm';
import { systemActor } from '../../../contract/actor.ts';
import { laterCalls } from '../../../contract/limits/serving.ts';
import { signedRequests } from '../../../contract/limits/signed-requests.ts';
import { iso } from '../../../core/clock.ts';
import type { CallId } from '../../../core/ids.ts';
import { writeJson } from '../../../core/json/text.ts';
import { previousChanged } from '../../../db/client.ts';
import { newLeaseToken } from '../../../db/lease.ts';
import { callbackSecrets, laterCallRows } from '../../../db/schema/calls.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { attempt, type Outcome, unsigned } from '../../../signed-requests/attempt.ts';
import { retryWaitMs } from '../../../signed-requests/retry-schedule.ts';
import { validSecrets } from '../../../signed-requests/secrets.ts';
import { signedHeaders } from '../../../signed-requests/sign.ts';
import { answeredCallJson } from '../call-json.ts';
import type { LaterCall } from '../later-calls.ts';
import { readAnswer } from '../stored.ts';
import { claimCallback } from './claim.ts';

/**
 * Sends due results, several at a time, until the slice is used up; then another message continues. It looks for more while receivers
 * hang, because an organization has only a few workers.
 */
export async function deliverCallbacks(
  deps: Deps,
  id: CallId,
  results: number = laterCalls.callbacksOfMessage,
): Promise<void> {
  const until = deps.clock.now() + signedRequests.sliceMs;
  const token = newLeaseToken();
  const running = new Set<Promise<unknown>>();
  for (let left = results; left > 0 && deps.clock.now() < until; ) {
    const call = await claimCallback(deps, token);
    if (call) {
      left -= 1;
      const sent: Promise<unknown> = deliver(deps, call)
        .catch((cause) => deps.log.error('callback.not_sent', { call: call.id, cause }))
        .finally(() => running.delete(sent));
      running.add(sent);
    }
    if (!call && running.size === 0) return;
    if (running.size >= signedRequests.concurrency) await Promise.race(running);
    else if (!call) await endOrTime(running, signedRequests.lookEveryMs);
  }
  await Promise.all(running);
  await deps.queues.deliveries.send({ v: 1, type: 'call-back', id });
}

async function endOrTime(running: Iterable<Promise<unknown>>, ms: number): Promise<void> {
  const time = Promise.withResolvers<void>();
  const timer = setTimeout(time.resolve, ms);
  await Promise.race([...running, time.promise]);
  clearTimeout(timer);
}

type CalledBack = LaterCall & { callbackUrl: string };

/** *Dies:* claimed results are due again when their lease expires. */
async function deliver(deps: Deps, call: LaterCall): Promise<void> {
  const { callbackUrl } = call;
  if (callbackUrl === null) return;
  await store(deps, call, await send(deps, { ...call, callbackUrl }));
}

async function send(deps: Deps, call: CalledBack): Promise<Outcome> {
  const { callbackUrl: url, id, namespaceId, organizationId } = call;
  const [row] = await deps.db.select().from(callbackSecrets).where(eq(callbackSecrets.namespaceId, namespaceId));
  const now = deps.clock.now();
  if (!row) return unsigned(now, 'not sent: the namespace has no secret for callbacks');
  const secrets = await validSecrets(deps, { ...row, id: namespaceId });
  if (secrets.length === 0) return unsigned(now);
  const body = await bodyOf(deps, call);
  const headers = await signedHeaders({ id, body, sentAt: now }, secrets);
  return attempt(deps, { organizationId, url, timeoutMs: signedRequests.timeoutMs }, body, headers);
}

/** Returns the JSON of the event and the call; leaves out the call's answer if it is too large. */
async function bodyOf(deps: Deps, call: LaterCall): Promise<string> {
  const textOf = (answer: Awaited<ReturnType<typeof readAnswer>>, isOmitted: boolean) =>
    writeJson({
      type: `call.${call.status}`,
      timestamp: iso(call.endedAt ?? call.createdAt),
      data: { ...answeredCallJson(call, answer), answer_omitted: isOmitted },
    });
  const whole = textOf(await readAnswer(deps, call), false);
  return whole.length > laterCalls.callbackBytes ? textOf(null, true) : whole;
}

/** Stores the outcome. Changes nothing if another worker took over. */
async function store(deps: Deps, call: LaterCall, outcome: Outcome): Promise<void> {
  const { db } = deps;
  const { id, namespaceId, organizationId } = call;
  const attempts = call.callbackAttempts + 1;
  const nextAt = nextAttemptAt(deps, call, outcome);
  const error = outcome.error;
  const event = { organizationId, namespaceId, actor: systemActor, subjectId: id } as const;
  const hasFailed = error !== null && nextAt === null;
  await db.batch([
    db
      .update(laterCallRows)
      .set({ callbackAttempts: attempts, callbackAt: nextAt, callbackError: error, callbackToken: null })
      .where(sql`${laterCallRows.id} = ${id} and ${laterCallRows.callbackToken} = ${call.callbackToken}`),
    ...(hasFailed
      ? [record(deps, { ...event, type: 'call.callback_failed', data: { attempts, error } }, previousChanged)]
      : []),
  ]);
  const waitMs = nextAt === null ? Number.POSITIVE_INFINITY : nextAt - deps.clock.now();
  const delaySeconds = Math.max(0, Math.ceil(waitMs / 1000));
  if (waitMs <= signedRequests.wakeMaxMs)
    await deps.queues.deliveries.send({ v: 1, type: 'call-back', id }, { delaySeconds });
}

/**
 * Returns the time of the next attempt; null if delivery is over because it succeeded, was refused permanently, or was retried for as
 * long as the call is kept.
 */
function nextAttemptAt({ clock, retention }: Deps, call: LaterCall, { error, retryAfterMs, statusCode }: Outcome) {
  if (error === null || statusCode === 410) return null;
  const wait = retryWaitMs(call.callbackAttempts + 1);
  const at = wait === undefined ? undefined : clock.now() + Math.max(wait, retryAfterMs ?? 0);
  const keptUntil = (call.endedAt ?? call.createdAt) + retention.laterCallsMs;
  return at === undefined || at >= keptUntil ? null : at;
}
