// Defines how requests name the organization and plugin that a builder works for.
import { z } from 'zod';

/**
 * The organization for which a builder starts, builds, installs, fetches or sends something. Organizations share slots, and a builder
 * may host only one (BUILDER_ORGANIZATION).
 */
export const hostedFor = z.string().max(64).optional();

/** The plugin of an instance, in the instance's spec. */
export const hostedPlugin = z.strictObject({ name: z.string(), version: z.string() });
