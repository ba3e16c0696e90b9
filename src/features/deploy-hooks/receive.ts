// Accepts deploy hook requests. Verifies the signature before reading the payload, and stores a push with its message in one batch. An
// unknown hook, a disabled hook and a wrong signature get the same response.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { deployHooks as limits } from '../../contract/features/deploy-hooks/limits.ts';
import { isId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import { isUnleased } from '../../db/lease.ts';
import { outbox } from '../../db/schema/events.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { newSecret, openSecret } from '../../signed-requests/secrets.ts';
import type { DeployHook } from './deploy-hooks.ts';
import { type Delivery, isSameRepository, keyHeaders, readDelivery, readPayload } from './payloads.ts';
import { type Push, pushEvent } from './push-statements.ts';
import { matchesRef } from './ref-patterns.ts';
import { isSigned, type SignedRequest } from './signatures.ts';
import { deployHooks, pushes } from './tables.ts';

type ReceiveDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log' | 'defer' | 'dataKey' | 'takeNewEventId'>;

export interface Received {
  push: Push;
  /** True if the delivery was received before; then nothing was done. */
  isRepeated: boolean;
}

export async function receivePush(deps: ReceiveDeps, id: string, request: SignedRequest): Promise<Received> {
  const hook = await signedHook(deps, id, request);
  const delivery = readDelivery(hook.provider, request.headers);
  if (!delivery) {
    const names = keyHeaders(hook.provider).join(' or ');
    const message = `The request has no valid header ${names}, which identifies the delivery`;
    throw new Problem('invalid-request', message, { fields: [{ path: ['header'], message, type: 'missing' }] });
  }
  const decided = decide(hook, delivery, request);
  return storePush(deps, hook, delivery, decided);
}

/** Returns the hook if it is enabled and the request is signed with its secret. Does the same work for unknown hooks. */
async function signedHook(deps: ReceiveDeps, id: string, request: SignedRequest): Promise<DeployHook> {
  const [hook] = isId('deployHook', id)
    ? await deps.db
        .select()
        .from(deployHooks)
        .where(and(eq(deployHooks.id, id), isNull(deployHooks.deletedAt)))
    : [];
  const secrets = hook ? await openSecrets(deps, hook, request.receivedAt) : [newSecret()];
  const signed = await isSigned(hook?.provider ?? 'github', request, secrets);
  if (hook && signed && hook.status === 'enabled') return hook;
  throw new Problem('unauthorized', 'There is no such hook, it is disabled, or the signature is wrong', {
    hint: "Check the hook's URL and secret. `slipway hooks rotate` creates a new secret.",
  });
}

async function openSecrets(deps: ReceiveDeps, hook: DeployHook, now: number): Promise<string[]> {
  const { id, secret, previousSecret, previousUntil } = hook;
  const sealed = previousSecret !== null && (previousUntil ?? 0) > now ? [secret, previousSecret] : [secret];
  const opened = await Promise.allSettled(sealed.map((one) => openSecret(deps, id, one)));
  return opened.flatMap((one) => {
    if (one.status === 'fulfilled') return [one.value];
    deps.log.error('deploy_hook.secret_not_opened', { hook: id, cause: one.reason });
    return [];
  });
}

interface Decision {
  ref: string | null;
  /** Why the push is ignored; null if it will run. */
  ignored: string | null;
}

function decide(hook: DeployHook, { event }: Delivery, { body, headers }: SignedRequest): Decision {
  const text = new TextDecoder().decode(body);
  const reading = readPayload(hook.provider, event, payloadOf(text, headers));
  if (!reading) throw notAPush(hook);
  if ('ignored' in reading) return { ref: reading.ref, ignored: reading.ignored };
  const { ref, repositories } = reading.push;
  if (!repositories.some((url) => isSameRepository(url, hook.repository))) return { ref, ignored: 'other-repository' };
  return { ref, ignored: matchesRef(hook, ref) ? null : 'ref-not-selected' };
}

function notAPush({ provider }: DeployHook): Problem {
  const message = `The body does not match ${provider}'s documented push format`;
  return new Problem('invalid-request', message, { fields: [{ path: ['body'], message, type: 'not_a_push' }] });
}

/** GitHub and Gitea send the JSON in a form field if the webhook is configured that way. */
function payloadOf(text: string, headers: Headers): string {
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? (new URLSearchParams(text).get('payload') ?? '') : text;
}

/**
 * Stores the push unless its delivery ID is known. The guard counts it toward the hook's limit. Of several consecutive pushes, only one
 * sends a message, because its run picks the newest push.
 */
async function storePush(
  deps: ReceiveDeps,
  hook: DeployHook,
  { key, event }: Delivery,
  decision: Decision,
): Promise<Received> {
  const { db, clock, ids } = deps;
  const now = clock.now();
  const id = ids('push');
  const isQueued = decision.ignored === null;
  const known = and(eq(pushes.hookId, hook.id), eq(pushes.deliveryKey, key));
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'run-hook', id: hook.id });
  const stored = await writeAndRead(
    db,
    [
      countPush(deps, hook, sql`not exists (select 1 from ${pushes} where ${known})`),
      insertWhere(db, pushes, { ...pushRow(hook, decision, now), id, deliveryKey: key, event }, previousChanged),
      recordReceived(deps, hook, id, decision),
      ...(isQueued ? [enqueue(deps, message, sql`${previousChanged} and ${needsMessage(deps, hook, id)}`)] : []),
    ],
    {
      pushes: db.select().from(pushes).where(known),
      messages: db.select({ id: outbox.id }).from(outbox).where(eq(outbox.id, message.id)),
    },
  );
  const [push] = stored.pushes;
  if (!push) throw tooManyPushes();
  if (push.id !== id) return { push, isRepeated: true };
  if (stored.messages.length > 0) deps.defer(sendNow(deps, message));
  // The run that handles this push announces its event together with the run's own.
  else if (isQueued) deps.takeNewEventId();
  return { push, isRepeated: false };
}

/** Builds the guard. It counts the push in the current minute, unless the hook is disabled or over its limit. */
function countPush({ db, clock }: ReceiveDeps, hook: DeployHook, condition: SQL): Statement {
  const now = clock.now();
  const isNewWindow = sql`${deployHooks.windowStart} <= ${now - limits.windowMs}`;
  return db
    .update(deployHooks)
    .set({
      windowStart: sql`case when ${isNewWindow} then ${now} else ${deployHooks.windowStart} end`,
      windowCount: sql`case when ${isNewWindow} then 1 else ${deployHooks.windowCount} + 1 end`,
    })
    .where(
      and(
        eq(deployHooks.id, hook.id),
        eq(deployHooks.status, 'enabled'),
        isNull(deployHooks.deletedAt),
        sql`(${isNewWindow} or ${deployHooks.windowCount} < ${limits.pushesPerMinute})`,
        condition,
      ),
    );
}

function pushRow(hook: DeployHook, { ref, ignored }: Decision, now: number) {
  const isQueued = ignored === null;
  return {
    hookId: hook.id,
    organizationId: hook.organizationId,
    ref,
    status: isQueued ? ('queued' as const) : ('ignored' as const),
    reason: ignored,
    attempts: 0,
    nextAt: now,
    reportAttempts: 0,
    createdAt: now,
    updatedAt: now,
    endedAt: isQueued ? null : now,
  };
}

function recordReceived(deps: ReceiveDeps, hook: DeployHook, id: Push['id'], { ref, ignored }: Decision): Statement {
  const event = pushEvent(hook, id);
  const data = { hook_id: hook.id, ref };
  if (ignored === null) return record(deps, { ...event, type: 'push.received', data }, previousChanged);
  return record(deps, { ...event, type: 'push.ignored', data: { ...data, because: ignored } }, previousChanged);
}

/**
 * SQL: the push needs a message, because none is pending that would start a run for it. One is pending while another due push waits. A
 * worker that holds the hook checks for further pushes on release; if it dies, the sweep sends a message.
 */
function needsMessage({ clock }: ReceiveDeps, { id: hookId }: DeployHook, id: Push['id']): SQL {
  const now = clock.now();
  const waiting = alias(pushes, 'waiting');
  const isWaiting = sql`exists (select 1 from ${pushes} ${waiting} where ${waiting.hookId} = ${hookId} and ${waiting.endedAt} is null
    and ${waiting.status} = 'queued' and ${waiting.nextAt} <= ${now} and ${waiting.id} <> ${id})`;
  const isFree = sql`exists (select 1 from ${deployHooks} where ${and(eq(deployHooks.id, hookId), isUnleased(deployHooks, now))})`;
  return sql`${isFree} and not ${isWaiting}`;
}

function tooManyPushes(): Problem {
  return new Problem('rate-limited', `The hook accepts ${limits.pushesPerMinute} requests per minute`, {
    retryAfterSeconds: limits.windowMs / 1000,
  });
}
