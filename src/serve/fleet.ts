// Chooses a deployment's instance for a call: of two picked at random, the one with fewer calls from this isolate. Polls the instances
// after calls. An isolate sees only its own calls, so the builder decides the number of instances.
import { BuilderError } from '../contract/builder/errors.ts';
import { fleetInstanceId, isServing, missingNumbers } from '../contract/builder/fleets.ts';
import { fleetLimits } from '../contract/limits/serving.ts';
import type { DeploymentId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { moveBehind } from '../instances/fleets/move.ts';
import { recordNoCapacity } from '../instances/fleets/no-capacity.ts';
import { refuses } from '../limits/budgets.ts';
import { isGone } from './failures.ts';
import type { Route } from './route-lookup.ts';

interface FleetView {
  /** Numbers of the instances that were ready at the last poll. If empty, no instance is known, and calls go to the first one. */
  serving: number[];
  /** This isolate's calls in flight, by instance number. */
  calls: Map<number, number>;
  nextLookAt: number;
  /** Whether the last poll failed. */
  isUnseen: boolean;
  /** Earliest time at which each instance number may be started again. */
  startAgainAt: Map<number, number>;
}

/** The isolate's views of deployments' instances. */
export type FleetViews = Map<DeploymentId, FleetView>;

type FleetDeps = Deps & { fleets: FleetViews };

/** Sends the call to one instance. If that is busy, restarting or gone, the call hasn't run, and is sent to another. */
export async function sendToOne<Answer>(
  deps: FleetDeps,
  route: Route,
  send: (instanceId: string) => Promise<Answer>,
): Promise<Answer> {
  const { deploymentId, scaling } = route;
  if (!scaling) {
    moveToBetter(deps, route);
    return send(deploymentId);
  }
  const view = viewOf(deps.fleets, deploymentId);
  const tried = new Set<number>();
  for (;;) {
    const number = choose(view, tried);
    tried.add(number);
    count(view, number, 1);
    lookBehind(deps, route, view);
    moveToBetter(deps, route, number);
    try {
      return await send(fleetInstanceId(deploymentId, number));
    } catch (error) {
      if (isGone(error)) view.serving = view.serving.filter((one) => one !== number);
      if (!didNotRun(error) || view.serving.every((one) => tried.has(one))) throw error;
    } finally {
      count(view, number, -1);
    }
  }
}

function viewOf(fleets: FleetViews, id: DeploymentId): FleetView {
  const known = fleets.get(id);
  if (known) return known;
  if (fleets.size >= fleetLimits.remembered) fleets.clear();
  const view = { serving: [], calls: new Map(), nextLookAt: 0, isUnseen: false, startAgainAt: new Map() };
  fleets.set(id, view);
  return view;
}

/** Exported for its test. */
export function choose(
  { calls, serving }: Pick<FleetView, 'calls' | 'serving'>,
  tried: ReadonlySet<number>,
  random: () => number = Math.random,
): number {
  const left = serving.filter((number) => !tried.has(number));
  const [one = 1] = left.splice(Math.floor(random() * left.length), 1);
  const [other = one] = left.splice(Math.floor(random() * left.length), 1);
  return (calls.get(other) ?? 0) < (calls.get(one) ?? 0) ? other : one;
}

function count({ calls }: FleetView, number: number, change: 1 | -1): void {
  const now = (calls.get(number) ?? 0) + change;
  if (now === 0) calls.delete(number);
  else calls.set(number, now);
}

const elsewhere: ReadonlySet<string> = new Set<BuilderError['code']>([
  'instance-gone',
  'instance-busy',
  'instance-starting',
  'instance-restarting',
]);

function didNotRun(error: unknown): boolean {
  return error instanceof BuilderError && elsewhere.has(error.code);
}

/** Polls the instances: once a second while the isolate has calls, and once more after the last call. */
function lookBehind(deps: FleetDeps, route: Route, view: FleetView): void {
  if (deps.clock.now() < view.nextLookAt) return;
  deps.defer(lookAgainAndAgain(deps, route, view));
}

async function lookAgainAndAgain(deps: FleetDeps, route: Route, view: FleetView): Promise<void> {
  for (let looks = 0; looks < fleetLimits.looksBehindCall; looks++) {
    // Until the next poll, calls don't start another one.
    view.nextLookAt = deps.clock.now() + 2 * fleetLimits.lookEveryMs;
    await lookOnce(deps, route, view);
    if (looks > 0 && view.calls.size === 0) break;
    await new Promise((resolve) => setTimeout(resolve, fleetLimits.lookEveryMs));
  }
  view.nextLookAt = deps.clock.now();
}

/** Logs only the first of consecutive failures. */
async function lookOnce(deps: FleetDeps, route: Route, view: FleetView): Promise<void> {
  try {
    await look(deps, route, view);
    view.isUnseen = false;
  } catch (cause) {
    if (!view.isUnseen) deps.log.warn('fleet.not_seen', { deployment: route.deploymentId, cause });
    view.isUnseen = true;
  }
}

async function look(deps: FleetDeps, route: Route, view: FleetView): Promise<void> {
  const { deploymentId, mark, scaling } = route;
  if (!scaling) return;
  const keepAwake = mark?.standby ? 0 : scaling.min;
  const fleet = await deps.builder.fleet(deploymentId, { scaling, keep_awake: keepAwake });
  view.serving = fleet.instances.filter((one) => isServing(one, fleet)).map(({ number }) => number);
  // If there is no instance, the call itself starts the first one.
  if (view.serving.length > 0) for (const number of missingNumbers(fleet)) startFurther(deps, route, view, number);
}

/** A storage plugin stays where its files are. */
function moveToBetter(deps: Deps, { deploymentId: id, version }: Route, number = 1): void {
  const move = version.kind === 'storage' ? undefined : deps.builder.moving(fleetInstanceId(id, number));
  if (move) moveBehind(deps, { id, number, move }, version);
}

function startFurther(deps: FleetDeps, route: Route, view: FleetView, number: number): void {
  const now = deps.clock.now();
  if (now < (view.startAgainAt.get(number) ?? 0) || refuses(route.refusing, now)) return;
  view.startAgainAt.set(number, now + fleetLimits.startAgainMs);
  const { deploymentId: id, namespaceId, version } = route;
  const started = deps.startInstance(deps, id, version, { number }).catch(async (cause: unknown) => {
    deps.log.warn('instance.not_started', { deployment: id, number, cause });
    await recordNoCapacity(deps, { id, namespaceId, organizationId: version.organizationId }, cause);
  });
  deps.defer(started);
}
