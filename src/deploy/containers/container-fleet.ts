// Decides how many containers a deployment has, in the Durable Object of its first instance. The others are asked through theirs.
import { FleetControl } from '../../contract/builder/fleet-control.ts';
import { fleetRequestSchema, instanceIdOf, keepAwakeHeader } from '../../contract/builder/fleets.ts';
import {
  builderErrorStatus,
  contractHeader,
  contractVersion,
  type InstanceStatus,
  instanceStatusSchema,
} from '../../contract/builder/instances.ts';

/** Sends a request to the Durable Object of an instance. */
export type SendTo = (instanceId: string, request: Request) => Promise<Response>;

/** Returns the ID of the deployment whose instances the request asks about. */
export function fleetAsked({ method, url }: Request): string | undefined {
  return method === 'POST' ? /^\/instances\/([^/]+)\/fleet$/.exec(new URL(url).pathname)?.[1] : undefined;
}

export class ContainerFleet {
  readonly #sendTo: SendTo;
  readonly #idleMs: number;
  #control: FleetControl | undefined;

  constructor(sendTo: SendTo, idleMs: number) {
    this.#sendTo = sendTo;
    this.#idleMs = idleMs;
  }

  /** Starts no container. */
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
        return statusIn(await this.#send(instanceIdOf(deploymentId, number), { headers }).catch(() => undefined));
      },
      stop: (number: number) => this.#send(instanceIdOf(deploymentId, number), { method: 'DELETE' }),
    };
  }

  #send(id: string, { headers, ...init }: { method?: string; headers?: Record<string, string> }): Promise<Response> {
    const said = { ...headers, [contractHeader]: contractVersion };
    return this.#sendTo(id, new Request(`http://container/instances/${id}`, { ...init, headers: said }));
  }
}

/** A container that sleeps, or fails, has no instance. */
async function statusIn(response: Response | undefined): Promise<InstanceStatus | undefined> {
  if (response?.ok) return instanceStatusSchema.parse(await response.json());
  await response?.body?.cancel();
  return undefined;
}
