// Decides how many instances a deployment has. Each deployment has one controller: in the builder that runs all its instances, or in
// the first instance's Durable Object. It only measures load and stops instances. The Worker that asks starts missing ones, since it
// has the code and the secrets.

import { fleetLimits } from '../limits/serving.ts';
import { type Fleet, type FleetInstance, type FleetRequest, isServing, type Scaling, stands } from './fleets.ts';
import type { InstanceStatus } from './instances.ts';

/** A deployment's instances, by number. */
export interface FleetMembers {
  /** Returns undefined if the instance doesn't exist. `keepAwake` makes the instance count as used. */
  status(number: number, keepAwake: boolean): Promise<InstanceStatus | undefined>;
  /** Lets the instance's calls finish, then stops it. */
  stop(number: number): Promise<unknown>;
}

type Load = NonNullable<InstanceStatus['load']>;

interface Measured extends Load {
  startedAt: string;
}

/** An instance's measurements before its first call. */
const nothing: Load = { call_ms: 0, up_ms: 0, refused: 0 };

export class FleetControl {
  readonly #members: FleetMembers;
  readonly #idleMs: number;
  readonly #now: () => number;
  #wanted: number | undefined;
  #measured = new Map<number, Measured>();
  #measuredAt = Number.NEGATIVE_INFINITY;
  /** The highest need since `#lowSince`; it was below the number of instances. */
  #mostNeeded = 0;
  #lowSince = 0;
  /** The highest instance number that may exist. Unknown at first, since instances outlive a Durable Object. */
  #highest: number = fleetLimits.instancesMax;
  readonly #stopping = new Set<number>();
  #looking: Promise<Fleet> | undefined;
  #seen: { at: number; fleet: Fleet } | undefined;

  constructor(members: FleetMembers, idleMs: number, now: () => number) {
    this.#members = members;
    this.#idleMs = idleMs;
    this.#now = now;
  }

  /** Returns whether there were no requests for the idle time, so all state can be dropped. */
  get isIdle(): boolean {
    return this.#now() - this.#measuredAt > this.#idleMs;
  }

  /** Measures once for all requests that arrive at about the same time. */
  look(request: FleetRequest): Promise<Fleet> {
    if (this.#seen && this.#now() - this.#seen.at < fleetLimits.freshMs) return Promise.resolve(this.#seen.fleet);
    this.#looking ??= this.#look(request).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look({ elsewhere = [], keep_awake, scaling }: FleetRequest): Promise<Fleet> {
    const away = new Map(elsewhere.map(({ number, status }) => [number, status]));
    const highest = Math.max(this.#highest, ...away.keys());
    const numbers = Array.from({ length: Math.min(highest, scaling.max) }, (_, at) => at + 1);
    const status = (number: number) => away.get(number) ?? this.#members.status(number, number <= keep_awake);
    const statuses = await Promise.all(numbers.map(status));
    const instances = numbers.flatMap((number, at) => {
      const status = statuses[at];
      return status ? [{ number, status }] : [];
    });
    const wanted = this.#decide(instances, scaling, keep_awake);
    this.#highest = Math.max(wanted, ...instances.map(({ number }) => number));
    this.#stopBeyond(
      instances.filter(({ number }) => !away.has(number)),
      wanted,
    );
    const fleet = { wanted, instances };
    this.#seen = { at: this.#now(), fleet };
    return fleet;
  }

  #decide(instances: readonly FleetInstance[], { max, target_in_flight }: Scaling, keepAwake: number): number {
    const atLeast = Math.min(max, Math.max(1, keepAwake));
    if (this.isIdle) this.#wanted = undefined;
    const known = this.#wanted ?? Math.min(max, Math.max(0, ...instances.filter(stands).map(({ number }) => number)));
    const needed = this.#measure(instances, target_in_flight, known);
    this.#wanted = needed === undefined ? known : this.#follow(known, Math.min(needed, max), atLeast);
    this.#wanted = Math.max(atLeast, this.#wanted);
    return this.#wanted;
  }

  /** Scales up immediately. Scales down once fewer instances were enough for the whole idle time. */
  #follow(known: number, needed: number, atLeast: number): number {
    const now = this.#now();
    const isLow = Math.max(needed, atLeast) < known;
    this.#mostNeeded = isLow ? Math.max(this.#mostNeeded, needed, atLeast) : 0;
    if (!isLow) this.#lowSince = now;
    if (!isLow || now - this.#lowSince < this.#idleMs) return isLow ? known : Math.max(needed, atLeast);
    const most = this.#mostNeeded;
    this.#mostNeeded = 0;
    this.#lowSince = now;
    return most;
  }

  /**
   * Returns how many instances the calls in flight since the last measurement need. Undefined if that measurement was too recent or too
   * long ago.
   */
  #measure(instances: readonly FleetInstance[], target: number, known: number): number | undefined {
    const now = this.#now();
    const elapsedMs = now - this.#measuredAt;
    if (elapsedMs < fleetLimits.measuredMs) return undefined;
    const before = this.#measured;
    this.#measured = new Map(
      instances.map(({ number, status: { load = nothing, started_at } }) => [
        number,
        { ...load, startedAt: started_at },
      ]),
    );
    this.#measuredAt = now;
    if (elapsedMs > fleetLimits.staleMs) return undefined;
    let inFlight = 0;
    let hasRefused = false;
    for (const [number, { startedAt, ...load }] of this.#measured) {
      const last = before.get(number)?.startedAt === startedAt ? (before.get(number) ?? nothing) : nothing;
      if (load.up_ms > last.up_ms) inFlight += (load.call_ms - last.call_ms) / (load.up_ms - last.up_ms);
      if (load.refused > last.refused) hasRefused = true;
    }
    const serving = instances.filter((one) => isServing(one, { wanted: known })).length;
    return Math.max(Math.ceil(inFlight / target), hasRefused ? serving + 1 : 0);
  }

  #stopBeyond(instances: readonly FleetInstance[], wanted: number): void {
    for (const instance of instances) {
      const { number } = instance;
      if (number <= wanted || !stands(instance) || this.#stopping.has(number)) continue;
      this.#stopping.add(number);
      const ended = () => this.#stopping.delete(number);
      this.#members.stop(number).then(ended, ended);
    }
  }
}
