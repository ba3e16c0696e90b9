// Lists what is attached to the points of a call, and runs it. Features run in the order of the list: a budget refuses a start before a
// release counts it.
import type { Actor } from '../access/actor.ts';
import { budgets } from './attached/budgets.ts';
import { callLimits } from './attached/call-limits.ts';
import { crashReports } from './attached/crash-reports.ts';
import { outputChecks } from './attached/output-checks.ts';
import { releases } from './attached/releases.ts';
import { traffic } from './attached/traffic.ts';
import type { CallDeps, CallPoints, EndedCall, Leave } from './points.ts';
import type { Route } from './route-lookup.ts';

const attached: readonly CallPoints[] = [callLimits, budgets, traffic, releases, outputChecks, crashReports];

/** Returns the route that the call takes. */
export function drawRoute(deps: CallDeps, actor: Actor, route: Route): Route {
  let drawn = route;
  for (const one of attached) if (one.drawn) drawn = one.drawn(deps, actor, drawn);
  return drawn;
}

/** Returns what ends the features' parts. If one refuses the call, ends the others' parts. */
export async function admitCall(deps: CallDeps, actor: Actor, route: Route): Promise<Leave[]> {
  const parts: Leave[] = [];
  try {
    for (const { admitted } of attached) {
      const part = admitted?.(deps, actor, route);
      if (part) parts.push(await part);
    }
    return parts;
  } catch (error) {
    for (const leave of parts) leave();
    throw error;
  }
}

export function beginStart(deps: CallDeps, route: Route): void {
  for (const { started } of attached) started?.(deps, route);
}

export function noteFailure(deps: CallDeps, route: Route, error: unknown): void {
  for (const { failed } of attached) failed?.(deps, route, error);
}

export function endCall(deps: CallDeps, call: EndedCall): void {
  for (const { ended } of attached) ended?.(deps, call);
}
