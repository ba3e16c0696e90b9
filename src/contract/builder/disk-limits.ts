// Defines what limits the folders that plugins write to, as a builder reports it.
import { z } from 'zod';

/** `kernel`: writing fails at the limit. `sampled`: the builder measures twice a second, and ends a plugin above its limit. */
export const diskLimitKinds = ['kernel', 'sampled', 'none'] as const;
export type DiskLimitKind = Exclude<(typeof diskLimitKinds)[number], 'none'>;

/** `none` in the sandbox of that name. */
export const diskLimitsSchema = z.object({ temp: z.enum(diskLimitKinds), data: z.enum(diskLimitKinds) });
export type DiskLimits = z.infer<typeof diskLimitsSchema>;
