// Defines how a plugin's concurrent calls are gathered into batches for `run_many` (plugin format §5).
import { z } from 'zod';
import { batchingLimits } from '../limits/manifest.ts';
import type { Manifest } from './manifest.ts';

const MiB = 1024 * 1024;

/** `serve_config["batching"]`. Omitted values get these defaults. */
export const batchingSchema = z.strictObject({
  /** Most calls of a batch. */
  max_size: z.int().min(1).max(batchingLimits.sizeMax).default(32),
  /** How long an idle process waits for a batch to fill, counted from its first call. With 0, it starts at once. */
  max_wait_ms: z.int().min(0).max(batchingLimits.waitMsMax).default(0),
  /** Most bytes of a batch's calls together. A larger call is a batch of its own. */
  max_bytes: z
    .int()
    .min(1)
    .max(batchingLimits.bytesMax)
    .default(16 * MiB),
  /** Whether calls may be passed to the handler again: in smaller batches after an exception, or alone after a lost process. */
  retry: z.boolean().default(true),
});
export type Batching = z.infer<typeof batchingSchema>;

const forBatches = z.object({ batching: batchingSchema });

/** Undefined if the manifest doesn't ask for batches. Uploads with an invalid request are rejected (SLM112). */
export function requestedBatching(manifest: Pick<Manifest, 'serve_config'> | null): Batching | undefined {
  return forBatches.safeParse(manifest?.serve_config).data?.batching;
}
