// Decides how many containers a deployment has, in its first instance's Durable Object. It queries the other instances through theirs.

import { builderErrorStatus } from '../../contract/builder/errors.ts';
import { FleetControl } from '../../contract/builder/fleet-control.ts';
import { fleetInstanceId, fleetRequestSchema, keepAwakeHeader } from '../../contract/builder/fleets.ts';
import {
  contractHeader,
  contractVersion,
  type InstanceStatus,
  instanceStatusSchema,
  sharedHeader,
} from '../../contract/builder/instances.ts';
import { fleetLimits } from '../../contract/limits/serving.ts';

/** Sends a request to an instance's Durable Object. */
export type SendTo = (instanceId: string, request: Request) => Promise<Response>;

/** Returns the ID of the deployment whose instances are requested. */
export function fleetAsked({ method, url }: Request): string | undefined {
  return method === 'POST' ? /^\/instances\/([^/]+)\/fleet$/.exec(new URL(url).pathname)?.[1] : undefined;
}

/** Fleets of the deployments whose first instance belongs to a Durable Object: one, or those of the plugins in its shared container. */
export class ContainerFleets {
  readonly #fleets = new Map<string, ContainerFleet>();
  readonly #sendTo: SendTo;
  readonly #idleMs: number;

  constructor(sendTo: SendTo, idleMs: number) {
    this.#sendTo = sendTo;
    this.#idleMs = idleMs;
  }

  answer(deploymentId: string, request: Request): Promise<Response> {
    const known = this.#fleets.get(deploymentId);
    if (known) return known.answer(deploymentId, request);
    if (this.#fleets.size >= fleetLimits.remembered) this.#fleets.clear();
    const fleet = new ContainerFleet(this.#sendTo, this.#idleMs, request.headers.get(sharedHeader));
    this.#fleets.set(deploymentId, fleet);
    return fleet.answer(deploymentId, request);
  }
}

export class ContainerFleet {
  readonly #sendTo: SendTo;
  readonly #idleMs: number;
  readonly #sharedHeaders: Record<string, string>;
  #control: FleetControl | undefined;

  /** `shared` is the container's name, if it is shared. */
  constructor(sendTo: SendTo, idleMs: number, shared: string | null = null) {
    this.#sendTo = sendTo;
    this.#idleMs = idleMs;
    this.#sharedHeaders = shared === null ? {} : { [sharedHeader]: shared };
  }

  /** Responds without starting a container. */
  async answer(deploymentId: string, request: Request): Promise<Response> {
    const asked = fleetRequestSchema.safeParse(await request.json().catch(() => undefined));
    if (!asked.success) {
      const error = { code: 'invalid-request', message: 'Invalid fleet request.' };
      return Response.json({ error }, { status: builderErrorStatus['invalid-request'] });
    }
    this.#control ??= new FleetControl(this.#members(deploymentId), this.#idleMs, Date.now);
    return Response.json(await this.#control.look(asked.data));
  }

  #members(deploymentId: string) {
    return {
      status: async (number: number, keepAwake: boolean) => {
        const headers = keepAwake ? { [keepAwakeHeader]: '1' } : {};
        return statusIn(await this.#send(fleetInstanceId(deploymentId, number), { headers }).catch(() => undefined));
      },
      stop: (number: number) => this.#send(fleetInstanceId(deploymentId, number), { method: 'DELETE' }),
    };
  }

  #send(id: string, { headers, ...init }: { method?: string; headers?: Record<string, string> }): Promise<Response> {
    const said = { ...headers, ...this.#sharedHeaders, [contractHeader]: contractVersion };
    return this.#sendTo(id, new Request(`http://container/instances/${id}`, { ...init, headers: said }));
  }
}

/** A sleeping or failing container has no instance. */
async function statusIn(response: Response | undefined): Promise<InstanceStatus | undefined> {
  if (response?.ok) return instanceStatusSchema.parse(await response.json());
  await response?.body?.cancel();
  return undefined;
}
