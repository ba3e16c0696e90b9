// Declares every handler's context, and reads the actor and the namespace from it.
import type { Context } from 'hono';
import type { Actor } from '../../access/actor.ts';
import { requireId } from '../../access/actor.ts';
import type { KeyCache } from '../../access/key-cache.ts';
import type { NamespaceId } from '../../core/ids.ts';
import type { CutJson } from '../../core/json/scan.ts';
import { Problem } from '../../core/problem.ts';
import type { WatchedPlace } from '../../core/room.ts';
import type { Deps } from '../../deps.ts';
import type { FleetViews } from '../../serve/fleet.ts';
import type { ReleaseCounts } from '../../serve/releases/counts.ts';
import type { RouteCache } from '../../serve/route.ts';
import type { CallCounters } from '../../traffic/call-counters.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import type { FollowingByKind } from './following.ts';

/** `c.var` copies all the variables on each access, so code that every call runs uses `c.get` instead. */
export interface AppEnv {
  Bindings: object;
  Variables: {
    deps: Deps;
    requestId: string;
    /** Undefined if no key was sent. A request with an invalid key never reaches a handler. */
    actor: Actor | undefined;
    /** SHA-256 of the secret that was sent: a key's, or a browser session's. Null without one. */
    credential: string | null;
    /** Renders a problem in the surface's format. */
    renderProblem: (problem: Problem, requestId: string) => Response;
    /** Where the body's bytes are held. Undefined if the body was not read. */
    bodyPlace: WatchedPlace | undefined;
    /** The parts of the body that are the user's own JSON. Undefined if there is no body or it isn't JSON. */
    bodyTexts: CutJson | undefined;
    /** True for routes that can change which deployment serves. */
    mayMoveTraffic: boolean;
    caches: {
      keys: KeyCache;
      routes: RouteCache;
      fleets: FleetViews;
      failures: FailedAttempts;
      calls: CallCounters;
      releaseCounts: ReleaseCounts;
      sample: LogSample;
      following: FollowingByKind;
    };
  };
}

export function requireActor(c: Context<AppEnv>): Actor {
  const actor = c.get('actor');
  if (!actor) throw missingKey();
  return actor;
}

export function missingKey(): Problem {
  return new Problem('unauthorized', 'No API key was sent');
}

export function parseNamespaceId(text: string): NamespaceId {
  return requireId('namespace', text);
}

/** Number of ordinary requests in an isolate since the last one with a log line. */
export interface LogSample {
  skipped: number;
}
