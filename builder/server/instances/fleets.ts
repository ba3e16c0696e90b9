// Observes the deployments' instances on this machine, each with its own processes.

import { FleetControl } from '../../../src/contract/builder/fleet-control.ts';
import { type Fleet, type FleetRequest, fleetInstanceId } from '../../../src/contract/builder/fleets.ts';
import { fleetLimits } from '../../../src/contract/limits/serving.ts';
import type { Instances } from './instances.ts';

export class Fleets {
  readonly #controls = new Map<string, FleetControl>();
  readonly #instances: Pick<Instances, 'find' | 'stop'>;
  readonly #idleMs: number;
  readonly #now: () => number;

  constructor(instances: Pick<Instances, 'find' | 'stop'>, idleMs: number, now: () => number) {
    this.#instances = instances;
    this.#idleMs = idleMs;
    this.#now = now;
  }

  look(deploymentId: string, request: FleetRequest): Promise<Fleet> {
    return this.#controlOf(deploymentId).look(request);
  }

  #controlOf(deploymentId: string): FleetControl {
    const known = this.#controls.get(deploymentId);
    if (known) return known;
    if (this.#controls.size >= fleetLimits.remembered)
      for (const [id, control] of this.#controls) if (control.isIdle) this.#controls.delete(id);
    const control = new FleetControl(this.#members(deploymentId), this.#idleMs, this.#now);
    this.#controls.set(deploymentId, control);
    return control;
  }

  #members(deploymentId: string) {
    const idOf = (number: number) => fleetInstanceId(deploymentId, number);
    return {
      status: async (number: number, keepAwake: boolean) => {
        const instance = this.#instances.find(idOf(number));
        if (keepAwake) instance?.keepAwake();
        return instance?.status();
      },
      stop: (number: number) => this.#instances.stop(idOf(number)),
    };
  }
}
