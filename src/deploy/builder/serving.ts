// Reads from a manifest how the calls of a plugin are served: by how many processes, and how many calls each runs at a time.
import { z } from 'zod';
import type { Serving } from '../../contract/builder/serving.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';

const count = z.int().positive();
const forRealtime = z.object({
  num_replicas: count.optional().catch(undefined),
  max_concurrency: count.optional().catch(undefined),
});
const forBoth = z.object({ max_concurrency: count.optional().catch(undefined) });

/**
 * `serve_config` comes before `compute_profile`, which describes batches as well. Larger numbers than a builder allows mean as many as it
 * does. Undefined if the manifest asks for nothing.
 */
export function requestedServing(
  manifest: Pick<Manifest, 'serve_config' | 'compute_profile'> | null,
): Serving | undefined {
  const own = forRealtime.safeParse(manifest?.serve_config).data;
  const asked = own?.max_concurrency ?? forBoth.safeParse(manifest?.compute_profile).data?.max_concurrency;
  const replicas = Math.min(own?.num_replicas ?? 1, builderLimits.replicasMax);
  if (replicas === 1 && asked === undefined) return undefined;
  return { replicas, ...(asked === undefined ? {} : { concurrency: Math.min(asked, builderLimits.callsInFlight) }) };
}
