// Calls the live instance of a plugin, starting it first if it is asleep, crashed or evicted (D9). All plugin kinds take this path.
// `points.ts` describes the points at which limits, releases and others attach to it.
import type { Actor } from '../access/actor.ts';
import { pluginStartingProblem } from '../builders/builder-problem.ts';
import { StartInterrupted } from '../builders/start-failures.ts';
import type { CallOptions } from '../contract/builder/serving.ts';
import { serving } from '../contract/limits/serving.ts';
import type { BatchFacts } from '../contract/traffic.ts';
import { callArrived } from '../core/turns.ts';
import { recordNoCapacity } from '../instances/fleets/no-capacity.ts';
import { admitCall, beginStart, drawRoute, endCall, noteFailure } from './attached.ts';
import { beforeDeadline, callLimit, callTimeout, timeLeftMs } from './deadline.ts';
import { isGone, isStarting, type PluginFailure, toPluginFailure } from './failures.ts';
import { type CallEnd, endOf } from './fault.ts';
import { sendToOne } from './fleet.ts';
import type { CallDeps, Leave, SendTo } from './points.ts';
import { findFreshRoute, findRoute } from './route.ts';
import type { Callee, Route } from './route-lookup.ts';

/** `end` ends a streamed call, which its reader calls exactly once. */
export type CallResult<Answer> = { route: Route; end?: (ended: CallEnd) => void } & (
  | { answer: Answer }
  | { failure: PluginFailure }
);

/** An admitted call. */
interface AdmittedCall<Answer> {
  deps: CallDeps;
  actor: Actor;
  callee: Callee;
  sendTo: SendTo<Answer>;
  parts: readonly Leave[];
  startedAt: number;
  /** The batch in which it ran last. */
  batch?: BatchFacts;
  isInvalidInput: boolean;
}

/** Later calls were admitted when they were accepted. */
const noParts: readonly Leave[] = [];

/**
 * Sends the call to an instance of the route's deployment. If there is none, looks the route up again: if a newer deployment is live,
 * it gets the call; if it's the same one, its instance is started first. So a handler may run twice (decision 42). Throws only errors
 * that aren't the plugin's fault.
 */
export async function callInstance<Answer extends object>(
  deps: CallDeps,
  actor: Actor,
  callee: Callee,
  sendTo: SendTo<Answer>,
): Promise<CallResult<Answer>> {
  if (!deps.isLater) {
    callArrived();
    deps.goAhead();
  }
  const route = drawRoute(deps, actor, await findRoute(deps, actor, callee));
  const parts = deps.isLater ? noParts : await admitCall(deps, actor, route);
  const startedAt = deps.clock.now();
  const call: AdmittedCall<Answer> = { deps, actor, callee, sendTo, parts, startedAt, isInvalidInput: false };
  let result: CallResult<Answer>;
  try {
    result = await answerInTime(call, route);
  } catch (error) {
    end(call, { route }, endOf({ error }, call.isInvalidInput));
    throw error;
  }
  if (isStream(result)) return { ...result, end: (ended) => end(call, { route: result.route }, ended) };
  end(call, result, endOf(result, call.isInvalidInput));
  return result;
}

/** Ends the call for all that is attached to it. Each admitted call comes here exactly once. */
function end<Answer extends object>(
  { actor, batch, deps, parts, sendTo, startedAt }: AdmittedCall<Answer>,
  { answer, route }: { route: Route; answer?: Answer },
  ended: CallEnd,
): void {
  for (const leave of parts) leave();
  endCall(deps, { actor, route, ...ended, answer, batch, startedAt, sendTo });
}

function isStream<Answer extends object>(result: CallResult<Answer>): boolean {
  return 'answer' in result && 'lines' in result.answer;
}

/** Answers with a failure at the caller's deadline, if there is one. */
function answerInTime<Answer>(call: AdmittedCall<Answer>, route: Route): Promise<CallResult<Answer>> {
  const { deps } = call;
  const result = sendOrStart(call, route);
  if (!deps.deadline) return result;
  return beforeDeadline(deps, result, () => ({ route, failure: callTimeout(deps, route.version) }));
}

async function sendOrStart<Answer>(call: AdmittedCall<Answer>, cached: Route): Promise<CallResult<Answer>> {
  const { deps } = call;
  try {
    return { route: cached, answer: await send(call, cached) };
  } catch (error) {
    if (!isGone(error) && !isStarting(error)) return { route: cached, failure: pluginFailure(deps, cached, error) };
  }
  const startsUntil = call.startedAt + (deps.startWaitMs ?? serving.startWaitMs);
  let route = await findFresh(call);
  try {
    if (route.deploymentId === cached.deploymentId) route = await startWhereItIs(call, route, startsUntil);
    return { route, answer: await sendToStarted(call, route, startsUntil) };
  } catch (error) {
    const { deploymentId: id, namespaceId, version } = route;
    await recordNoCapacity(deps, { id, namespaceId, organizationId: version.organizationId }, error);
    return { route, failure: pluginFailure(deps, route, error) };
  }
}

function send<Answer>(call: AdmittedCall<Answer>, route: Route): Promise<Answer> {
  const { deps, sendTo } = call;
  const onBatch = (batch: BatchFacts) => {
    call.batch = batch;
  };
  const onInvalidInput = () => {
    call.isInvalidInput = true;
  };
  return sendToOne(deps, route, (instanceId) => sendTo(instanceId, route, { ...deps, onBatch, onInvalidInput }));
}

/** Looks the route up again, in the primary database. */
async function findFresh({ actor, callee, deps }: AdmittedCall<unknown>): Promise<Route> {
  return drawRoute(deps, actor, await findFreshRoute(deps, actor, callee));
}

/** Maximum interrupted starts that a call tolerates. */
const interruptionsMax = 2;

/**
 * Starts the instance and returns its route. If the instance is ended while it starts, for example because its plugin moves to a larger
 * container, looks the route up and starts it again.
 */
async function startWhereItIs(call: AdmittedCall<unknown>, first: Route, until: number): Promise<Route> {
  let route = first;
  for (let interruptions = 0; ; interruptions++) {
    try {
      await startInTime(call.deps, route, until);
      return route;
    } catch (error) {
      if (!(error instanceof StartInterrupted) || interruptions === interruptionsMax) throw error;
      route = await findFresh(call);
    }
  }
}

/** Starts the instance, or joins its start. A slow start continues after the response, for the next call. */
async function startInTime(deps: CallDeps, route: Route, until: number): Promise<void> {
  beginStart(deps, route);
  const started = deps.startInstance(deps, route.deploymentId, route.version);
  deps.defer(Promise.allSettled([started]));
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(pluginStartingProblem('The plugin is still starting, which takes longer than the call waits')),
    Math.max(0, until - deps.clock.now()),
  );
  await Promise.race([started, late.promise]).finally(() => clearTimeout(timer));
}

async function sendToStarted<Answer>(call: AdmittedCall<Answer>, route: Route, until: number): Promise<Answer> {
  try {
    return await send(call, route);
  } catch (error) {
    if (!isGone(error) && !isStarting(error)) throw error;
    await startInTime(call.deps, route, until);
    return send(call, route);
  }
}

/** Returns the failure as the call's answer. */
export function pluginFailure(deps: CallDeps, route: Route, error: unknown): PluginFailure {
  noteFailure(deps, route, error);
  return toPluginFailure(error, callLimit(deps, route.version));
}

/** Returns the builder's options for a call of this route. */
export function callOptions(deps: CallDeps, { mark, version }: Route): CallOptions {
  return {
    mark: mark ?? undefined,
    requestId: deps.requestId,
    trace: deps.trace,
    callMs: callLimit(deps, version).callMs,
    isLater: deps.isLater,
    timeLeftMs: timeLeftMs(deps),
    tag: deps.callTag,
    signal: deps.signal,
    onBatch: deps.onBatch,
  };
}
