// Starts the instance of a call that waits for it.
import { pluginStartingProblem } from '../builders/builder-problem.ts';
import { beginStart } from './attached.ts';
import type { CallDeps } from './points.ts';
import type { Route } from './route-lookup.ts';

/** Starts the instance, or joins its start. A slow start continues after the response, for the next call. */
export async function startInTime(deps: CallDeps, route: Route, until: number): Promise<void> {
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
