// Reads from a manifest how a plugin's calls are served: the number of instances, processes per instance, and concurrent or batched calls
// per process.
import { z } from 'zod';
import type { Scaling } from '../contract/builder/fleets.ts';
import type { Serving } from '../contract/builder/serving.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { fleetLimits } from '../contract/limits/serving.ts';
import { requestedBatching } from '../contract/plugin/batching.ts';
import type { Manifest } from '../contract/plugin/manifest.ts';

const count = z.int().positive();
const forRealtime = z.object({
  num_replicas: count.optional().catch(undefined),
  max_concurrency: count.optional().catch(undefined),
});
const forInstances = z.object({
  instances: z.object({
    min: z.int().nonnegative().optional().catch(undefined),
    max: count.optional().catch(undefined),
    target_in_flight: count.optional().catch(undefined),
  }),
});
const forBoth = z.object({ max_concurrency: count.optional().catch(undefined) });

/**
 * `serve_config` takes precedence over `compute_profile`, which also describes batches. Caps numbers at the builder's limits. Undefined
 * if the manifest asks for nothing.
 */
export function requestedServing(
  manifest: Pick<Manifest, 'serve_config' | 'compute_profile'> | null,
): Serving | undefined {
  const own = forRealtime.safeParse(manifest?.serve_config).data;
  const asked = own?.max_concurrency ?? forBoth.safeParse(manifest?.compute_profile).data?.max_concurrency;
  const replicas = Math.min(own?.num_replicas ?? 1, builderLimits.replicasMax);
  const batching = requestedBatching(manifest);
  if (replicas === 1 && asked === undefined && !batching) return undefined;
  return {
    replicas,
    ...(asked === undefined ? {} : { concurrency: Math.min(asked, builderLimits.callsInFlight) }),
    ...(batching ? { batching } : {}),
  };
}

/**
 * Caps numbers at a deployment's limits. By default, an instance's target is at least the calls of two batches. Null if the manifest asks
 * for nothing: one instance, which sleeps when idle.
 */
export function requestedScaling(manifest: Pick<Manifest, 'serve_config'> | null): Scaling | null {
  const asked = forInstances.safeParse(manifest?.serve_config).data?.instances;
  if (!asked) return null;
  const { instancesMax, targetInFlight } = fleetLimits;
  const max = Math.min(Math.max(asked.max ?? 1, asked.min ?? 0), instancesMax);
  const min = Math.min(asked.min ?? 0, max);
  if (max === 1 && min === 0) return null;
  const usual = Math.max(targetInFlight, 2 * (requestedBatching(manifest)?.max_size ?? 0));
  const target = Math.min(asked.target_in_flight ?? usual, builderLimits.callsInFlight);
  return { min, max, target_in_flight: target };
}
