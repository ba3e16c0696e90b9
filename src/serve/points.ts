// Describes the points of a call, at which features attach to it. `attached.ts` lists what is attached. A feature has a function for each
// point that concerns it, which returns at once if the call doesn't. A trial of a staged version has no route and no points: it is only
// counted, by the same function.
import type { Actor } from '../access/actor.ts';
import type { BatchFacts } from '../contract/traffic.ts';
import type { Deps } from '../deps.ts';
import type { CallCounters } from '../traffic/call-counters.ts';
import type { Waiting } from './deadline.ts';
import type { CallEnd } from './fault.ts';
import type { FleetViews } from './fleet.ts';
import type { ReleaseCounts } from './releases/counts.ts';
import type { RouteCache } from './route.ts';
import type { Route } from './route-lookup.ts';

export type CallDeps = Deps & {
  routes: RouteCache;
  fleets: FleetViews;
  /** The isolate's call counters. */
  calls: CallCounters;
  /** ID of the API request that makes the call. */
  requestId?: string;
  /** Names the call to its caller, who may cancel it over another connection. */
  callTag?: string | undefined;
  /** Aborts the call. */
  signal?: AbortSignal | undefined;
  /** How long the call waits for a starting instance, if the caller sets a limit. */
  startWaitMs?: number | undefined;
  /** The isolate's counts of active releases. */
  releaseCounts: ReleaseCounts;
  /** The header `Slipway-Key`: whom the call is for. */
  callerKey?: string | undefined;
  /** Header text of the version that must answer (`versionHeader`), of a Go plugin. */
  only?: string | undefined;
  /** True if the caller gets the differences between the answer and the manifest. */
  checksOutput?: boolean;
  /** Called when the call was answered in a batch. */
  onBatch?: ((batch: BatchFacts) => void) | undefined;
  /** Called when the plugin failed on inputs that its schema refuses. */
  onInvalidInput?: (() => void) | undefined;
} & Pick<Waiting, 'deadline' | 'isLater'>;

/** Sends the call to an instance. Uses the given deps, whose request ID may be another one. */
export type SendTo<Answer> = (instanceId: string, route: Route, deps: CallDeps) => Promise<Answer>;

/** Ends a feature's part in an admitted call. May be called more than once. */
export type Leave = () => void;

export interface EndedCall extends CallEnd {
  actor: Actor;
  route: Route;
  /** The plugin's whole answer. Undefined for a stream. */
  answer?: object | undefined;
  /** The batch in which the call ran. */
  batch?: BatchFacts | undefined;
  /** When the call was admitted. It has ended now. */
  startedAt: number;
  /** Sends the call once more. */
  sendTo: SendTo<object>;
}

export interface CallPoints {
  /**
   * The route is known, and the call may get another one, or be refused with a Problem. A call whose instance is gone looks its route up
   * again, and is then drawn again.
   */
  drawn?(deps: CallDeps, actor: Actor, route: Route): Route;

  /**
   * The call has its route, and may have to wait, or be refused with a Problem. Returns what ends the feature's part, or undefined if it
   * has none. Later calls were admitted when they were accepted, so they don't come here.
   */
  admitted?(deps: CallDeps, actor: Actor, route: Route): Promise<Leave> | undefined;

  /** The call is about to start an instance, or to join a start in progress. A Problem refuses that, and the call with it. */
  started?(deps: CallDeps, route: Route): void;

  /**
   * An instance failed the call, with an error that isn't a failure or a Problem yet. The call hasn't ended, unless its caller's deadline
   * has passed.
   */
  failed?(deps: CallDeps, route: Route, error: unknown): void;

  /**
   * The call has ended: answered, failed, crashed, or refused by a Problem (or another error) after it was admitted. Happens exactly once
   * for each admitted call, including later calls and operations of Go plugins. A streamed call ends with its stream.
   */
  ended?(deps: CallDeps, call: EndedCall): void;
}
