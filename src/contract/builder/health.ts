// Defines GET /health of the builder.
import { z } from 'zod';
import { capabilitiesSchema } from './capabilities.ts';
import { diskLimitsSchema } from './disk-limits.ts';
import { confinementSchema } from './instances.ts';
import { environmentTargetSchema } from './packages.ts';

/** How a builder confines, in GET /health and in its state folder. */
export const confinementReportSchema = confinementSchema.required().extend({
  /** Limits of the folders that plugins write to. */
  disk: diskLimitsSchema,
});

/** GET /health. */
export const healthSchema = z.object({
  /** `stopping`: it was signaled to stop, and finishes its calls. */
  status: z.enum(['ok', 'stopping']),
  /** The newest version that the builder accepts. */
  contract: z.string(),
  python: z.string(),
  ...confinementReportSchema.shape,
  instances: z.int().min(0),
  /** Folders that could not be removed (docs/operations.md). */
  quarantined: z.int().min(0),
  capabilities: capabilitiesSchema,
  /** Target that environments of its instances must suit. */
  target: environmentTargetSchema,
});
export type Health = z.infer<typeof healthSchema>;
