// Defines fleets: the instances of one deployment, how many there may be, and what is asked of the part that decides how many there are.
import { z } from 'zod';
import { builderLimits } from '../limits/builder.ts';
import { fleetLimits } from '../limits/serving.ts';
import { type InstanceStatus, instanceStatusSchema } from './instances.ts';

/** How many instances a deployment may have, and how many calls in flight each of them is meant for. */
export const scalingSchema = z
  .strictObject({
    /** They stay awake while the version serves its plugin's name. */
    min: z.int().min(0).max(fleetLimits.instancesMax),
    max: z.int().min(1).max(fleetLimits.instancesMax),
    target_in_flight: z.int().min(1).max(builderLimits.callsInFlight),
  })
  .refine(({ min, max }) => min <= max, 'min is larger than max');
export type Scaling = z.infer<typeof scalingSchema>;

/**
 * POST /instances/{id}/fleet, with the ID of a deployment. Measures the calls in flight, and stops instances that have not been needed
 * for the idle time. Instances that are wanted and missing are started by the Worker that asks. The instances up to `keep_awake` count as used.
 */
export const fleetRequestSchema = z.strictObject({
  scaling: scalingSchema,
  keep_awake: z.int().min(0).max(fleetLimits.instancesMax),
});
export type FleetRequest = z.infer<typeof fleetRequestSchema>;

export const fleetSchema = z.object({
  /** How many instances there should be. They have the numbers from 1 on. */
  wanted: z.int().min(1),
  /** Instances that exist, also while they start or stop. */
  instances: z.array(z.object({ number: z.int().min(1), status: instanceStatusSchema })),
});
export type Fleet = z.infer<typeof fleetSchema>;
export type FleetInstance = Fleet['instances'][number];

/** Sent with GET /instances/{id}: the instance counts as used, so that it does not sleep. */
export const keepAwakeHeader = 'slipway-keep-awake';

const separator = '-';

/** The first instance has the ID of its deployment. */
export function fleetInstanceId(deploymentId: string, number: number): string {
  return number === 1 ? deploymentId : deploymentId + separator + number;
}

/** Returns the IDs of all instances that a deployment may have. */
export function fleetInstanceIds(deploymentId: string, scaling: Pick<Scaling, 'max'> | null): string[] {
  return Array.from({ length: scaling?.max ?? 1 }, (_, at) => fleetInstanceId(deploymentId, at + 1));
}

/** Returns undefined for the only instance of a deployment, for the first one, and for those of runs. */
export function fleetInstanceNumber(instanceId: string): number | undefined {
  const [, number] = /^[^-]+-(\d{1,2})$/.exec(instanceId) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** Returns the ID of the deployment that an instance is of, one of a run included. */
export function instanceDeploymentId(instanceId: string): string {
  const [id = ''] = instanceId.split(separator);
  return id;
}

/** Whether calls are sent to it. One that starts, or stops, gets none while others serve. */
export function isServing({ number, status }: FleetInstance, { wanted }: Pick<Fleet, 'wanted'>): boolean {
  return number <= wanted && status.state === 'ready';
}

const standing: ReadonlySet<InstanceStatus['state']> = new Set(['starting', 'ready', 'restarting']);

/** Whether it serves, or will without being started. */
export function stands({ status }: FleetInstance): boolean {
  return standing.has(status.state);
}

/** Returns the numbers of the instances that there should be and are not. */
export function missingNumbers({ instances, wanted }: Fleet): number[] {
  const there = new Set(instances.filter(stands).map(({ number }) => number));
  return Array.from({ length: wanted }, (_, at) => at + 1).filter((number) => !there.has(number));
}
