// Plugins in Go, from Git: where a version came from, what plugin.yaml says of it, what it was built into.
import { z } from 'zod';
import { buildSchema } from './builds.ts';
import { commitText } from './digests.ts';

/** Names of pipeline and storage plugins: what can be one segment of a path. */
export const goPluginName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must begin with a letter or digit and hold letters, digits, . _ - only');

export const gitSourceSchema = z.object({
  repository: z.string(),
  /** As asked for: a tag, a branch or a commit. */
  ref: z.string(),
  /** Null until it was looked up. */
  commit: commitText.nullable(),
  /** The caller chose the plugin's name; else its plugin.yaml does (mimir §1). */
  named: z.boolean(),
});
export type GitSource = z.infer<typeof gitSourceSchema>;

/** Why nothing came of an install, in words for its author. */
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

/** plugin.yaml (mimir §2). What it says of actions is documentation: nothing is checked by it at run time. */
export const definitionSchema = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  description: z.string().optional(),
  author: z.string().optional(),
  repository: z.string().optional(),
  domains: z.array(z.string()).nullish(),
  actions: z.array(actionSchema).nullish(),
  ml_provider: z.looseObject({ name: z.string() }).nullish(),
});
export type Definition = z.infer<typeof definitionSchema>;

/** What a version was built into, and of what. */
export const buildOutputSchema = buildSchema.omit({ cached: true, duration_ms: true });
export type BuildOutput = z.infer<typeof buildOutputSchema>;
