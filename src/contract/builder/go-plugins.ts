// Defines what is recorded about a Go plugin's version: its plugin.yaml and its build.
import { z } from 'zod';
import { ageSchema } from '../advisories.ts';
import { buildSchema } from '../builder/builds.ts';
import { permissionsSchema } from '../plugin/permissions.ts';
import { requestedPlacementSchema } from '../plugin/version-placement.ts';

/** Name of a pipeline or storage plugin, one URL path segment. */
export const goNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const goPluginName = z
  .string()
  .regex(goNamePattern, 'must start with a letter or digit and contain only letters, digits, `.`, `_` and `-`');

/** Why an install failed. The message is for the plugin's author. */
export const installErrorSchema = z.object({ code: z.string(), message: z.string() });
export type InstallError = z.infer<typeof installErrorSchema>;

const parameterSchema = z.object({
  name: z.string(),
  type: z.string().default('any'),
  required: z.boolean().default(false),
  description: z.string().optional(),
});

const actionSchema = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  parameters: z.array(parameterSchema).nullish(),
  returns: z.array(parameterSchema.omit({ required: true })).nullish(),
});

/** plugin.yaml. Its actions are documentation only; nothing is validated against them at run time. */
export const definitionSchema = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  description: z.string().optional(),
  author: z.string().optional(),
  repository: z.string().optional(),
  domains: z.array(z.string()).nullish(),
  actions: z.array(actionSchema).nullish(),
  ml_provider: z.looseObject({ name: z.string() }).nullish(),
  /** Permissions that the plugin asks its organization for. */
  permissions: permissionsSchema.optional(),
  /** Requested placement, for pipeline plugins only. */
  placement: requestedPlacementSchema.optional(),
  /** Modules younger than this aren't compiled in, such as `3d`. */
  dependencies_older_than: ageSchema.optional(),
});
export type Definition = z.infer<typeof definitionSchema>;

/** A version's artifact and its provenance. */
export const buildOutputSchema = buildSchema.omit({ cached: true, duration_ms: true });
export type BuildOutput = z.infer<typeof buildOutputSchema>;
