// Calls the live instance of a plugin, starting it first if it is asleep, crashed or evicted (D9). All plugin kinds take this path.
import type { Actor } from '../access/actor.ts';
import type { CallOptions } from '../contract/builder/serving.ts';
import { serving } from '../contract/limits/serving.ts';
import { formatVersion } from '../contract/plugin/manifest.ts';
import { callArrived } from '../core/turns.ts';
import { requireWithinBudget } from '../db/budgets.ts';
import { pluginStartingProblem } from '../deploy/builder/builder-problem.ts';
import { recordNoCapacity } from '../deploy/builder/no-capacity.ts';
import { StartInterrupted } from '../deploy/builder/start-failures.ts';
import type { Deps } from '../deps.ts';
import { type CallCounters, describeCall, recordCall } from '../traffic/call-counters.ts';
import { reportCrash } from './attached/crash-reports.ts';
import { beforeDeadline, callLimit, callTimeout, timeLeftMs, type Waiting } from './deadline.ts';
import { isGone, isStarting, type PluginFailure, toPluginFailure } from './failures.ts';
import { type FleetViews, sendToOne } from './fleet.ts';
import { admit, type Leave } from './limits/admit.ts';
import { type CallEnd, countDrawn, type ReleaseCounts } from './releases/counts.ts';
import { drawVersion } from './releases/draw.ts';
import { repeatForComparison } from './releases/shadow.ts';
import { findFreshRoute, findRoute, type RouteCache } from './route.ts';
import type { Callee, Route } from './route-lookup.ts';

export type CallDeps = Deps & {
  routes: RouteCache;
  fleets: FleetViews;
  /** The isolate's call counters. */
  calls: CallCounters;
  /** ID of the API request that makes the call. */
  requestId?: string;
  /** Aborts the call. */
  signal?: AbortSignal;
  /** How long the call waits for a starting instance, if the caller sets a limit. */
  startWaitMs?: number | undefined;
  /** The isolate's counts of active releases. */
  releaseCounts: ReleaseCounts;
  /** The header `Slipway-Key`: whom the call is for. */
  callerKey?: string | undefined;
  /** Header text of the version that must answer (`versionHeader`), of a Go plugin. */
  only?: string | undefined;
} & Pick<Waiting, 'deadline' | 'isLater'>;

/** `leave` ends its part in the limits of calls at once, which a stream's reader calls. */
export type CallResult<Answer> = { route: Route; leave?: Leave } & ({ answer: Answer } | { failure: PluginFailure });

/** Sends the call to an instance. Uses the given deps, whose request ID may be another one. */
export type SendTo<Answer> = (instanceId: string, route: Route, deps: CallDeps) => Promise<Answer>;

/** A call in progress. */
interface PendingCall<Answer> {
  deps: CallDeps;
  /** Looks the route up again, in the primary database. */
  findFresh(): Promise<Route>;
  send(route: Route): Promise<Answer>;
  /** Until when the call waits for a starting instance. */
  startsUntil: number;
}

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
  const route = drawVersion(deps, actor, await findRoute(deps, actor, callee));
  const leave: Leave = deps.isLater ? () => {} : await admit(deps, actor, route);
  const call: PendingCall<Answer> = {
    deps,
    findFresh: async () => drawVersion(deps, actor, await findFreshRoute(deps, actor, callee)),
    send: (to) => sendToOne(deps, to, (instanceId) => sendTo(instanceId, to, deps)),
    startsUntil: deps.clock.now() + (deps.startWaitMs ?? serving.startWaitMs),
  };
  const late = () => ({ route, failure: callTimeout(deps, route.version) });
  let result: CallResult<Answer> | undefined;
  try {
    result = await countCall(deps, route, beforeDeadline(deps, sendOrStart(call, route), late));
  } finally {
    if (!result || !isStream(result)) leave();
  }
  if (result.route.drawn) repeatForComparison(deps, result, sendTo);
  return { ...result, leave };
}

function isStream<Answer extends object>(result: CallResult<Answer>): boolean {
  return 'answer' in result && 'lines' in result.answer;
}

async function sendOrStart<Answer>(call: PendingCall<Answer>, cached: Route): Promise<CallResult<Answer>> {
  const { deps } = call;
  try {
    return { route: cached, answer: await call.send(cached) };
  } catch (error) {
    if (!isGone(error) && !isStarting(error)) return { route: cached, failure: pluginFailure(deps, cached, error) };
  }
  let route = await call.findFresh();
  try {
    if (route.deploymentId === cached.deploymentId) route = await startWhereItIs(call, route);
    return { route, answer: await sendToStarted(call, route) };
  } catch (error) {
    const { deploymentId: id, namespaceId, version } = route;
    await recordNoCapacity(deps, { id, namespaceId, organizationId: version.organizationId }, error);
    return { route, failure: pluginFailure(deps, route, error) };
  }
}

/** Maximum interrupted starts that a call tolerates. */
const interruptionsMax = 2;

/**
 * Starts the instance and returns its route. If the instance is ended while it starts, for example because its plugin moves to a larger
 * container, looks the route up and starts it again.
 */
async function startWhereItIs(call: PendingCall<unknown>, first: Route): Promise<Route> {
  let route = first;
  for (let interruptions = 0; ; interruptions++) {
    try {
      await startInTime(call, route);
      return route;
    } catch (error) {
      if (!(error instanceof StartInterrupted) || interruptions === interruptionsMax) throw error;
      route = await call.findFresh();
    }
  }
}

async function sendToStarted<Answer>(call: PendingCall<Answer>, route: Route): Promise<Answer> {
  try {
    return await call.send(route);
  } catch (error) {
    if (!isGone(error) && !isStarting(error)) throw error;
    await startInTime(call, route);
    return call.send(route);
  }
}

/** Starts the instance, or joins its start. A slow start continues after the response, for the next call. */
async function startInTime({ deps, startsUntil }: PendingCall<unknown>, route: Route): Promise<void> {
  requireWithinBudget(route.refusing, deps.clock.now());
  const started = deps.startInstance(deps, route.deploymentId, route.version);
  if (route.drawn) route.drawn.started = true;
  deps.defer(Promise.allSettled([started]));
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(pluginStartingProblem('The plugin is still starting, which takes longer than the call waits')),
    Math.max(0, startsUntil - deps.clock.now()),
  );
  await Promise.race([started, late.promise]).finally(() => clearTimeout(timer));
}

/** Counts the call, even if it ends without an answer. A stream is counted at its end. */
async function countCall<Answer extends object>(
  deps: CallDeps,
  route: Route,
  result: Promise<CallResult<Answer>>,
): Promise<CallResult<Answer>> {
  const startedAt = deps.clock.now();
  try {
    const ended = await result;
    if (!isStream(ended)) {
      countEnded(deps, ended.route, startedAt, !('answer' in ended) || 'error' in ended.answer);
      countReleased(deps, ended, startedAt);
    }
    return ended;
  } catch (error) {
    countEnded(deps, route, startedAt, true);
    throw error;
  }
}

/** Counts the call for the name's release. A call that failed through no fault of the plugin's doesn't get here. */
function countReleased<Answer extends object>(deps: CallDeps, ended: CallResult<Answer>, startedAt: number): void {
  const { drawn } = ended.route;
  if (!drawn) return;
  countDrawn(deps, drawn, endOf(ended), deps.clock.now() - startedAt);
}

function endOf<Answer extends object>(ended: CallResult<Answer>): CallEnd {
  if ('answer' in ended) return 'error' in ended.answer ? 'failed' : 'answered';
  return ended.failure.kind === 'crashed' ? 'crashed' : 'failed';
}

export function countEnded(deps: CallDeps, route: Route, startedAt: number, failed: boolean): void {
  const { deploymentId, namespaceId, version } = route;
  const { kind, name, organizationId, pluginId } = version;
  const counted = { namespaceId, pluginId, version: versionLabel(version), startedAt, failed };
  recordCall(deps, deps.calls, counted);
  describeCall(deps, { ...counted, organizationId, kind, name, deploymentId });
}

/** Returns the version's label in counts: its number, or a Go plugin's commit. */
function versionLabel(version: Route['version']): string {
  return (version.kind === 'extractor' ? null : version.source?.commit) ?? formatVersion(version);
}

/** Returns the failure as the call's answer. */
export function pluginFailure(deps: CallDeps, route: Route, error: unknown): PluginFailure {
  reportCrash(deps, route, error);
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
    signal: deps.signal,
  };
}
