// Applies the limits of a call's key, plugin and version (decision 138). Most calls are admitted from the isolate's own share.
import type { Actor } from '../../access/actor.ts';
import type { CallLimit, LimitedKind, Share, SubjectLimit } from '../../contract/call-limits.ts';
import { limitSharing as sharing } from '../../contract/limits/serving.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps, HeldLimit } from '../../deps.ts';
import type { Leave } from '../points.ts';
import type { Route } from '../route-lookup.ts';

type LimitDeps = Pick<Deps, 'clock' | 'defer' | 'log' | 'callLimits'>;

const minuteMs = 60_000;
const nothing: Leave = () => {};

/**
 * Admits the call, or throws `rate-limited`. A later call counts when it is accepted (`isAccepted`), in its minute only: quotas limit
 * how many run at once.
 */
export async function admit(
  deps: LimitDeps,
  actor: Pick<Actor, 'callLimit' | 'keyId'>,
  { limits }: Pick<Route, 'limits'>,
  isAccepted = false,
): Promise<Leave> {
  const ofKey: SubjectLimit[] =
    actor.callLimit && actor.keyId ? [{ kind: 'key', subjectId: actor.keyId, limit: actor.callLimit }] : [];
  const all = limits.length === 0 ? ofKey : [...ofKey, ...limits];
  if (all.length === 0) return nothing;
  const admitted: Leave[] = [];
  const leave = () => {
    for (const one of admitted.splice(0)) one();
  };
  for (const one of all) {
    const { limit } = one;
    const entered = await enter(deps, isAccepted ? { ...one, limit: { ...limit, atOnce: null } } : one);
    if (typeof entered === 'function') {
      admitted.push(entered);
      continue;
    }
    leave();
    throw refused(deps, one, entered);
  }
  return leave;
}

/** Returns which limit is reached, or how to leave. */
async function enter(deps: LimitDeps, subject: SubjectLimit): Promise<Leave | keyof CallLimit> {
  const { atOnce, perMinute } = subject.limit;
  const held = heldOf(deps, subject.subjectId);
  const leave = atOnce === null ? nothing : await hold(deps, subject, held);
  if (!leave) return 'atOnce';
  if (perMinute === null || (await begin(deps, subject, held))) return leave;
  leave();
  return 'perMinute';
}

function heldOf({ callLimits: { held } }: LimitDeps, subjectId: string): HeldLimit {
  const known = held.get(subjectId);
  if (known) return known;
  if (held.size >= sharing.remembered)
    for (const [id, { calls, waiting }] of held) if (calls.size + waiting === 0) held.delete(id);
  const requests = { waiting: 0, asked: 0, answered: 0, askedAt: 0 };
  const created: HeldLimit = { minute: 0, begin: 0, isUsedUp: false, holds: 0, calls: new Map(), ...requests };
  held.set(subjectId, created);
  return created;
}

async function begin(deps: LimitDeps, subject: SubjectLimit, held: HeldLimit): Promise<boolean> {
  const minute = Math.floor(deps.clock.now() / minuteMs);
  if (held.minute < minute) Object.assign(held, { minute, begin: 0, isUsedUp: false });
  if (held.begin === 0 && !held.isUsedUp) {
    // Of several calls that wait, only one asks for more than itself.
    const share = await askWaiting(deps, subject, held, held.waiting === 0 ? (subject.limit.perMinute ?? 1) : 1);
    if (!share) return true;
    // Admitted in a minute that has ended meanwhile.
    if (held.minute !== minute) return share.begin > 0;
    held.begin += share.begin;
    held.isUsedUp ||= share.begin === 0;
  }
  if (held.begin === 0) return false;
  held.begin -= 1;
  return true;
}

/** Returns how to leave, or undefined if the limit is reached. */
async function hold(deps: LimitDeps, subject: SubjectLimit, held: HeldLimit): Promise<Leave | undefined> {
  if (held.calls.size < held.holds) return holding(deps, subject, held);
  const share = await askWaiting(deps, subject, held, 0);
  return !share || held.calls.size < held.holds ? holding(deps, subject, held) : undefined;
}

/** Counts the call until it leaves. Repeats what the isolate holds during a long call. */
function holding(deps: LimitDeps, subject: SubjectLimit, held: HeldLimit): Leave {
  const { clock, defer } = deps;
  const call = Symbol();
  const renew = () => held.calls.set(call, clock.now() + sharing.heldMs);
  renew();
  const timer = setInterval(() => {
    renew();
    if (clock.now() - held.askedAt >= sharing.repeatEveryMs) defer(ask(deps, subject, held, 0));
  }, sharing.repeatEveryMs);
  return () => {
    clearInterval(timer);
    if (!held.calls.delete(call)) return;
    const needed = held.calls.size + spare(subject.limit);
    if (held.holds <= needed) return;
    // Not used from now on, because another isolate may have it before this one hears of it.
    held.holds = needed;
    defer(ask(deps, subject, held, 0));
  };
}

function spare({ atOnce }: CallLimit): number {
  return Math.floor((atOnce ?? 0) / sharing.partsAtOnce);
}

async function askWaiting(...request: Parameters<typeof ask>): Promise<Share | undefined> {
  const [, , held] = request;
  held.waiting += 1;
  try {
    return await ask(...request);
  } finally {
    held.waiting -= 1;
  }
}

/** Returns undefined if the object doesn't answer: a limit must not stop calls because its object is away. */
async function ask(
  deps: LimitDeps,
  { kind, limit, subjectId }: SubjectLimit,
  held: HeldLimit,
  toBegin: number,
): Promise<Share | undefined> {
  const { callLimits, clock, log } = deps;
  // Not at start-up, where the runtime has no randomness.
  callLimits.isolate ||= crypto.randomUUID();
  const number = ++held.asked;
  held.askedAt = clock.now();
  for (const [call, until] of held.calls) if (until <= held.askedAt) held.calls.delete(call);
  const inProgress = held.calls.size + held.waiting;
  const toHold = limit.atOnce === null || inProgress === 0 ? 0 : inProgress + spare(limit);
  const request = { isolate: callLimits.isolate, number, at: held.askedAt, limit, toBegin, toHold };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), sharing.answerMs);
  try {
    const share = await Promise.race([callLimits.share(subjectId, request), late.promise]);
    if (number > held.answered) Object.assign(held, { answered: number, holds: share.hold });
    return share;
  } catch (cause) {
    log.warn('limit.not_asked', { limited: kind, subject: subjectId, cause });
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

const nouns: Record<LimitedKind, string> = { key: 'This API key', plugin: 'The plugin', version: 'The version' };

function refused({ clock }: LimitDeps, { kind, limit }: SubjectLimit, reached: keyof CallLimit): Problem {
  const { atOnce, perMinute } = limit;
  const details = { limited: kind, calls_per_minute: perMinute, calls_at_once: atOnce };
  if (reached === 'atOnce')
    return new Problem('rate-limited', `${nouns[kind]} may have ${atOnce} calls in progress, and has as many`, {
      details: { ...details, reached: 'calls_at_once' },
      retryAfterSeconds: 1,
    });
  return new Problem('rate-limited', `${nouns[kind]} may be called ${perMinute} times a minute`, {
    details: { ...details, reached: 'calls_per_minute' },
    retryAfterSeconds: Math.ceil((minuteMs - (clock.now() % minuteMs)) / 1000),
  });
}
