// Defines GET /health of the builder.
import { z } from 'zod';
import { capabilitiesSchema } from './capabilities.ts';
import { instanceStates } from './instance-states.ts';
import { confinementSchema } from './instances.ts';
import { environmentTargetSchema } from './packages.ts';

/** `kernel`: writing fails at the limit. `sampled`: the builder measures twice a second, and ends a plugin above its limit. */
const diskLimitKinds = ['kernel', 'sampled', 'none'] as const;
export type DiskLimitKind = Exclude<(typeof diskLimitKinds)[number], 'none'>;

/** `none` in the sandbox of that name. */
const diskLimitsSchema = z.object({ temp: z.enum(diskLimitKinds), data: z.enum(diskLimitKinds) });
export type DiskLimits = z.infer<typeof diskLimitsSchema>;

/** How a builder confines, in GET /health and in its state folder. */
export const confinementReportSchema = confinementSchema.required().extend({
  /** Limits of the folders that plugins write to. */
  disk: diskLimitsSchema,
});

const bytes = z.int().min(0);

/** Says what the builder uses of its machine, and what its instances do. */
const usageSchema = z.object({
  memory: z.object({ process_bytes: bytes, available_bytes: bytes }),
  /** The disk that has its state folder. */
  disk: z.object({ free_bytes: bytes, total_bytes: bytes }),
  instances: z.record(z.enum(instanceStates), z.int().min(0)),
  /** Processes of instances that were started again, since the builder started. */
  restarts: z.int().min(0),
  calls_in_flight: z.int().min(0),
});
export type Usage = z.infer<typeof usageSchema>;

/** GET /health. */
export const healthSchema = z.object({
  /** `stopping`: it was signaled to stop, and finishes its calls. */
  status: z.enum(['ok', 'stopping']),
  /** The newest version that the builder accepts. */
  contract: z.string(),
  python: z.string(),
  ...confinementReportSchema.shape,
  instances: z.int().min(0),
  /** Folders that could not be removed (docs/reference/operations.md). */
  quarantined: z.int().min(0),
  /** A builder of the release before does not say it. */
  usage: usageSchema.optional(),
  /** Instances that have to leave a container that they share (`sharedBytes`). Others than shared containers report none. */
  outgrown: z.array(z.string()).optional(),
  capabilities: capabilitiesSchema,
  /** Target that environments of its instances must suit. */
  target: environmentTargetSchema,
});
export type Health = z.infer<typeof healthSchema>;
