// Defines for whom and for which plugin a builder works, as its requests say it.
import { z } from 'zod';

/**
 * The organization for which a builder starts, builds, installs, fetches or sends something. Slots are shared between organizations, and
 * a builder may host one only (BUILDER_ORGANIZATION).
 */
export const hostedFor = z.string().max(64).optional();

/** The plugin of an instance, in the instance's spec. */
export const hostedPlugin = z.strictObject({ name: z.string(), version: z.string() });
