// Renders the instance that serves a deployment, for the surfaces of all plugin kinds.
import { z } from '@hono/zod-openapi';
import { clusterNetworks } from '../../contract/states.ts';
import { type AwakeInstance, type InstanceState, instanceStates } from '../../serve/instance-state.ts';

export const placedClusterModel = z
  .object({
    name: z.string().openapi({ example: 'gpu-pool' }),
    network: z.enum(clusterNetworks).openapi({
      description:
        '`open`: the operator lets plugins that are granted hosts run on the cluster, and nothing confines a plugin there to its hosts. As of the last start, whatever the operator changes later',
    }),
  })
  .openapi('PlacedCluster');

export const restartsModel = z
  .object({
    count: z.int().openapi({ description: 'Number of process restarts' }),
    since: z.iso.datetime().openapi({ description: 'When the instance started, with the count at 0' }),
    last_at: z.iso.datetime().openapi({ description: 'When a process last exited or could not be restarted' }),
    last_reason: z.string().openapi({
      description: 'The reason, in at most 500 characters',
      example: 'it used more than its 512 MiB of memory',
    }),
  })
  .nullable()
  .openapi({
    description:
      "Restarts after the instance's crashes, even while it is `restarting`. Null if it has not crashed since it started, and while it is asleep. The log has all crashes",
  });

const heldModel = z
  .object({
    cards: z.array(
      z.object({
        uuid: z.string().openapi({ example: 'GPU-8f3c2f0e-6a55-4f4e-9a0b-0d7c6a1f2e3b' }),
        name: z.string().openapi({ example: 'NVIDIA H100 80GB HBM3' }),
        index: z.int().openapi({ description: "The driver's index, as nvidia-smi shows it", example: 0 }),
      }),
    ),
    lent_bytes: z.int().openapi({ description: 'What its processes may use together', example: 21_474_836_480 }),
    used_bytes: z.int().nullable().openapi({ description: "Null if it can't be measured", example: 3_328_599_654 }),
  })
  .openapi('InstanceGpus');

const awakeModel = z.object({
  number: z.int().openapi({ description: 'Attempt number, starting at 1, as in the log', example: 2 }),
  state: z.enum(['starting', 'running', 'restarting', 'stopping']).openapi({
    description: '`starting` gets no calls while other instances are running; `stopping` finishes its calls',
  }),
  calls_in_flight: z.int().openapi({ example: 7 }),
  last_call_at: z.string().nullable(),
  restarts: restartsModel,
});

const fleetModel = z
  .object({
    max: z.int().openapi({ description: 'Maximum number of instances', example: 4 }),
    instances: z.array(awakeModel).openapi({ description: 'Instances that are awake' }),
  })
  .optional()
  .openapi({ description: 'Omitted unless the manifest has `serve_config["instances"]`' });

export const instanceModel = z.object({
  state: z.enum(instanceStates).openapi({
    description:
      '`running` responds immediately, `starting` is being started while calls wait, `restarting` crashed and is being started again, `asleep` is started by the next call, `failing` did not start the last time, and the next call tries again, `unknown`: the builder did not respond',
  }),
  last_call_at: z.string().nullable(),
  error: z.string().nullable().openapi({ description: 'Why the instance is `failing`; otherwise null' }),
  restarts: restartsModel,
  fleet: fleetModel,
  container: z.string().optional().openapi({
    description:
      "Name of the container that it shares with the organization's other small plugins. Omitted for an instance with its own container, and if all instances run on one machine",
    example: 'org_01k9zj2m4hfxz8cq3v7t5rw6ab-3f9a2c71',
  }),
  cluster: placedClusterModel.optional().openapi({ description: 'Omitted unless it runs on a Ray cluster' }),
  gpus: heldModel.optional().openapi({
    description: "The builder's GPUs that it holds, its further instances included. Omitted if it holds none",
  }),
});

export function restartsWire(restarts: InstanceState['restarts']): z.infer<typeof restartsModel> {
  if (restarts === null) return null;
  const { count, since, last } = restarts;
  return { count, since, last_at: last.at, last_reason: last.reason };
}

export function instanceWire({
  state,
  lastCallAt,
  restarts,
  error,
  fleet,
  container,
  cluster,
  gpus,
}: InstanceState): z.infer<typeof instanceModel> {
  const place = {
    ...(container === undefined ? {} : { container }),
    ...(cluster ? { cluster } : {}),
    ...(gpus ? { gpus } : {}),
  };
  const wire = { state, last_call_at: lastCallAt, error, restarts: restartsWire(restarts), ...place };
  return fleet ? { ...wire, fleet: { max: fleet.max, instances: fleet.instances.map(awakeWire) } } : wire;
}

function awakeWire({ number, state, callsInFlight, lastCallAt, restarts }: AwakeInstance): z.infer<typeof awakeModel> {
  return {
    number,
    state,
    calls_in_flight: callsInFlight,
    last_call_at: lastCallAt,
    restarts: restartsWire(restarts),
  };
}
