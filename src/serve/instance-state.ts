// Reports whether the live instance is up. The state is only for display; nothing depends on it (invariant 5).
import { BuilderError } from '../contract/builder/errors.ts';
import { fleetInstanceIds } from '../contract/builder/fleets.ts';
import type { LastCrash } from '../contract/builder/instance-states.ts';
import type { InstanceStatus } from '../contract/builder/instances.ts';
import type { HeldGpus } from '../contract/builder/machine/gpus.ts';
import type { PlacedCluster } from '../contract/plugin/placement.ts';
import type { Deps } from '../deps.ts';
import type { Deployment } from '../pointers/overview.ts';

/**
 * `running`: responds immediately. `starting`: a call or deployment is starting it, and calls wait. `restarting`: it crashed, and calls
 * wait for the restart. `asleep`: the next call starts it. `failing`: its last start failed, and the next call tries again. `unknown`:
 * the builder did not respond in time.
 */
export const instanceStates = ['running', 'starting', 'restarting', 'asleep', 'failing', 'unknown'] as const;

export interface InstanceState {
  state: (typeof instanceStates)[number];
  lastCallAt: string | null;
  restarts: Restarts | null;
  /** Why the last start failed if the state is `failing`; otherwise null. */
  error: string | null;
  /** Awake instances, if there can be several. The state then covers them all: calls go to those that run. */
  fleet?: { max: number; instances: AwakeInstance[] };
  /** Name of the container, if the instance shares one with other plugins of its organization. */
  container?: string;
  /** The Ray cluster that it runs on, as it was when it started there. */
  cluster?: PlacedCluster;
  /** The GPUs that its awake instances hold. */
  gpus?: HeldGpus;
}

export interface AwakeInstance {
  number: number;
  /** `starting`: it gets no calls while others run. `stopping`: it finishes its calls. */
  state: 'starting' | 'running' | 'restarting' | 'stopping';
  callsInFlight: number;
  lastCallAt: string | null;
  restarts: Restarts | null;
}

/** Number of restarts since the instance started, and the last reason. */
export interface Restarts {
  count: number;
  since: string;
  last: LastCrash;
}

/** Returns the restarts; null for an instance that never crashed or has ended. */
export function toRestarts(status: InstanceStatus | undefined): Restarts | null {
  if (!status?.last_crash || ['asleep', 'starting', 'failing'].includes(stateOf(status))) return null;
  return { count: status.restarts, since: status.started_at, last: status.last_crash };
}

function stateOf(status: InstanceStatus | undefined): InstanceState['state'] {
  if (status?.state === 'ready') return 'running';
  if (status?.state === 'failed') return 'failing';
  if (status?.state === 'starting') return 'starting';
  return status?.state === 'restarting' ? 'restarting' : 'asleep';
}

/** Error codes for a container that failed to start. */
const startFailures: ReadonlySet<string> = new Set<BuilderError['code']>([
  'container-failed',
  'contract-mismatch',
  'no-capacity',
]);

/** Returns null if no live deployment has an instance. */
export async function instanceState(
  { builder }: Pick<Deps, 'builder'>,
  serving: Deployment | null,
): Promise<InstanceState | null> {
  if (serving?.type !== 'realtime') return null;
  const { id, placement, scaling } = serving;
  const [first, ...further] = await Promise.all(fleetInstanceIds(id, scaling).map((one) => oneState(builder, one)));
  if (!first) return null;
  const state = scaling ? ofAll([first, ...further], scaling.max) : first.instance;
  const { cluster, shared } = placement;
  const gpus = gpusOf([first, ...further].flatMap(({ status }) => status?.gpus ?? []));
  return {
    ...state,
    ...(shared ? { container: shared.container } : {}),
    ...(cluster ? { cluster } : {}),
    ...(gpus ? { gpus } : {}),
  };
}

interface One {
  instance: InstanceState;
  status: InstanceStatus | undefined;
}

async function oneState(builder: Deps['builder'], instanceId: string): Promise<One> {
  try {
    const status = await builder.status(instanceId);
    const instance = {
      state: stateOf(status),
      lastCallAt: status?.last_call_at ?? null,
      restarts: toRestarts(status),
      error: status?.start_error?.message ?? null,
    };
    return { instance, status };
  } catch (error) {
    if (error instanceof BuilderError) {
      const isFailing = startFailures.has(error.code);
      const state = isFailing ? 'failing' : error.code === 'instance-starting' ? 'starting' : 'unknown';
      const instance = { state, lastCallAt: null, restarts: null, error: isFailing ? error.message : null } as const;
      return { instance, status: undefined };
    }
    throw error;
  }
}

/** States, most important first, because a call may reach any of the instances. */
const byImportance = [
  'running',
  'starting',
  'restarting',
  'failing',
  'unknown',
  'asleep',
] as const satisfies InstanceState['state'][];

function ofAll(all: readonly [One, ...One[]], max: number): InstanceState {
  const state = byImportance.find((one) => all.some(({ instance }) => instance.state === one)) ?? 'asleep';
  const lastCalls = all.flatMap(({ instance }) => instance.lastCallAt ?? []).sort();
  const awake = all.flatMap(({ status, instance }, at) => {
    const awakeState = status && awakeStates[status.state];
    if (!awakeState) return [];
    const { lastCallAt, restarts } = instance;
    return [{ number: at + 1, state: awakeState, callsInFlight: status.calls_in_flight, lastCallAt, restarts }];
  });
  return {
    state,
    lastCallAt: lastCalls.at(-1) ?? null,
    restarts: sumOf(all.flatMap(({ instance }) => instance.restarts ?? [])),
    error: state === 'failing' ? (all.find(({ instance }) => instance.error !== null)?.instance.error ?? null) : null,
    fleet: { max, instances: awake },
  };
}

/** Returns what several instances hold together, each card once. */
function gpusOf(held: readonly HeldGpus[]): HeldGpus | undefined {
  const [first, ...others] = held;
  if (!first) return undefined;
  return others.reduce((sum, { cards, lent_bytes, used_bytes }) => {
    const known = new Set(sum.cards.map(({ uuid }) => uuid));
    return {
      cards: [...sum.cards, ...cards.filter(({ uuid }) => !known.has(uuid))],
      lent_bytes: sum.lent_bytes + lent_bytes,
      used_bytes: sum.used_bytes === null || used_bytes === null ? null : sum.used_bytes + used_bytes,
    };
  }, first);
}

const awakeStates: Partial<Record<InstanceStatus['state'], AwakeInstance['state']>> = {
  starting: 'starting',
  ready: 'running',
  restarting: 'restarting',
  draining: 'stopping',
};

/** Returns the sum of all restarts since the first instance started. */
function sumOf(restarts: readonly Restarts[]): Restarts | null {
  const [first, ...others] = restarts;
  if (!first) return null;
  return others.reduce(
    (sum, { count, since, last }) => ({
      count: sum.count + count,
      since: since < sum.since ? since : sum.since,
      last: last.at > sum.last.at ? last : sum.last,
    }),
    first,
  );
}
