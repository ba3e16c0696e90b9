// Defines the builder's GET /health.
import { z } from 'zod';
import { instanceStates } from '../instance-states.ts';
import { confinementSchema } from '../instances.ts';
import { environmentTargetSchema } from '../packages.ts';
import { capabilitiesSchema } from './capabilities.ts';
import { gpusSchema } from './gpus.ts';

/** `kernel`: writes fail at the limit. `sampled`: the builder measures twice a second and kills a plugin above its limit. */
const diskLimitKinds = ['kernel', 'sampled', 'none'] as const;
export type DiskLimitKind = Exclude<(typeof diskLimitKinds)[number], 'none'>;

/** The limit `none` occurs only in the sandbox `none`. */
const diskLimitsSchema = z.object({ temp: z.enum(diskLimitKinds), data: z.enum(diskLimitKinds) });
export type DiskLimits = z.infer<typeof diskLimitsSchema>;

/** How a builder confines plugins, in GET /health and in its state folder. */
export const confinementReportSchema = confinementSchema.required().extend({
  /** Limits of the folders that plugins can write to. */
  disk: diskLimitsSchema,
});

/** Something that plugins can't do on a builder's machine. */
export const shortfallSchema = z.object({
  /** A sentence. */
  effect: z.string(),
  /** Why, and the option or program that changes it. */
  reason: z.string(),
});
export type Shortfall = z.infer<typeof shortfallSchema>;

/** Describes a builder's machine, in its state folder and to `npm start`. */
export const machineReportSchema = confinementReportSchema.extend({
  shortfalls: z.array(shortfallSchema),
  /** As in GET /health. */
  gpus: gpusSchema.optional(),
});
export type MachineReport = z.infer<typeof machineReportSchema>;

const bytes = z.int().min(0);

/** Reports the builder's resource usage and its instances' activity. */
const usageSchema = z.object({
  memory: z.object({ process_bytes: bytes, available_bytes: bytes }),
  /** The disk with its state folder. */
  disk: z.object({ free_bytes: bytes, total_bytes: bytes }),
  instances: z.record(z.enum(instanceStates), z.int().min(0)),
  /** Instance process restarts since the builder started. */
  restarts: z.int().min(0),
  calls_in_flight: z.int().min(0),
});
export type Usage = z.infer<typeof usageSchema>;

/** POST /instances/stop-all: stops the instances that have had no call for `idle_ms`. Answers once they are stopped. */
export const stopAllSchema = z.strictObject({ idle_ms: z.int().min(0) });

/** GET /health. */
export const healthSchema = z.object({
  /** `stopping`: the builder got a stop signal and is finishing its calls. */
  status: z.enum(['ok', 'stopping']),
  /** The newest contract version that the builder accepts. */
  contract: z.string(),
  python: z.string(),
  ...confinementReportSchema.shape,
  instances: z.int().min(0),
  /** Folders that could not be removed (docs/reference/operations.md). */
  quarantined: z.int().min(0),
  /** Builders of the previous release don't report it. */
  usage: usageSchema.optional(),
  /** Whether packages are in the Worker's store, too. Builders of the previous release don't report it. */
  packages: z.enum(['stored', 'kept']).optional(),
  /** Instances that have to leave their shared container (`sharedBytes`). Only shared containers report any. */
  outgrown: z.array(z.string()).optional(),
  capabilities: capabilitiesSchema,
  /** The GPUs that it lends. Omitted if the operator lends none (`BUILDER_GPUS`). */
  gpus: gpusSchema.optional(),
  /** Target that its instances' environments must match. */
  target: environmentTargetSchema,
});
export type Health = z.infer<typeof healthSchema>;
