// Defines fleets: one deployment's instances, their limits, and the requests to the controller that decides how many run.
import { z } from 'zod';
import { builderLimits } from '../limits/builder.ts';
import { fleetLimits } from '../limits/serving.ts';
import { type InstanceStatus, instanceStatusSchema } from './instances.ts';

/** How many instances a deployment may have, and the target number of calls in flight per instance. */
export const scalingSchema = z
  .strictObject({
    /** Instances that stay awake while the version is live. */
    min: z.int().min(0).max(fleetLimits.instancesMax),
    max: z.int().min(1).max(fleetLimits.instancesMax),
    target_in_flight: z.int().min(1).max(builderLimits.callsInFlight),
  })
  .refine(({ min, max }) => min <= max, 'min is larger than max');
export type Scaling = z.infer<typeof scalingSchema>;

const fleetInstanceSchema = z.object({ number: z.int().min(1), status: instanceStatusSchema });

/**
 * POST /instances/{id}/fleet, with a deployment's ID. Measures the calls in flight, and stops instances not needed for the idle time.
 * The requesting Worker starts missing instances. Instances up to `keep_awake` count as used.
 */
export const fleetRequestSchema = z.strictObject({
  scaling: scalingSchema,
  keep_awake: z.int().min(0).max(fleetLimits.instancesMax),
  /**
   * The instances at other builders; the requesting Worker stops those beyond the wanted number. Sent only if there are any, because
   * builders of the previous release refuse it.
   */
  elsewhere: z.array(fleetInstanceSchema).max(fleetLimits.instancesMax).optional(),
});
export type FleetRequest = z.infer<typeof fleetRequestSchema>;

export const fleetSchema = z.object({
  /** Wanted number of instances, numbered from 1. */
  wanted: z.int().min(1),
  /** Existing instances, including those starting or stopping. */
  instances: z.array(fleetInstanceSchema),
});
export type Fleet = z.infer<typeof fleetSchema>;
export type FleetInstance = Fleet['instances'][number];

/** Sent with GET /instances/{id}: the instance counts as used, so it doesn't sleep. */
export const keepAwakeHeader = 'slipway-keep-awake';

const separator = '-';

/** Returns an instance's ID. The first instance has its deployment's ID. */
export function fleetInstanceId(deploymentId: string, number: number): string {
  return number === 1 ? deploymentId : deploymentId + separator + number;
}

/** Returns the IDs of all instances that a deployment may have. */
export function fleetInstanceIds(deploymentId: string, scaling: Pick<Scaling, 'max'> | null): string[] {
  return Array.from({ length: scaling?.max ?? 1 }, (_, at) => fleetInstanceId(deploymentId, at + 1));
}

/** Returns undefined for a deployment's first or only instance, for instances of runs, and for IDs of anything else, such as `builds-0`. */
export function fleetInstanceNumber(instanceId: string): number | undefined {
  const [, number] = /^dep_[^-]+-([2-9]|[1-9]\d)$/.exec(instanceId) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** Returns the ID of the deployment that an instance belongs to, including instances of runs. */
export function instanceDeploymentId(instanceId: string): string {
  const [id = ''] = instanceId.split(separator);
  return id;
}

/** Returns whether the instance gets calls. A starting or stopping instance gets none while others serve. */
export function isServing({ number, status }: FleetInstance, { wanted }: Pick<Fleet, 'wanted'>): boolean {
  return number <= wanted && status.state === 'ready';
}

const standing: ReadonlySet<InstanceStatus['state']> = new Set(['starting', 'ready', 'restarting']);

/** Returns whether the instance serves, or will serve without another start. */
export function stands({ status }: FleetInstance): boolean {
  return standing.has(status.state);
}

/** Returns the numbers of wanted instances that are missing. */
export function missingNumbers({ instances, wanted }: Fleet): number[] {
  const there = new Set(instances.filter(stands).map(({ number }) => number));
  return Array.from({ length: wanted }, (_, at) => at + 1).filter((number) => !there.has(number));
}
