// Defines sets of tools: which plugins of a namespace an agent sees, under which names, and with which fixed parameters.
import { z } from 'zod';
import { servedKinds } from '../../plugin/go-kinds.ts';
import { toolLimits } from './limits.ts';

/** A set's name, which is part of its URL. */
export const toolSetName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be 2 to 63 lower-case letters, digits or hyphens, beginning with a letter');

/** A tool's name. Common clients accept no more than this. */
export const toolName = z
  .string()
  .regex(
    /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/,
    'must be 1 to 64 letters, digits, hyphens or underscores, beginning with a letter',
  );

/** A tool of a set, without its fixed parameters, which stay text. */
export const setTool = z.strictObject({
  name: toolName,
  /** The plugin's name, and its kind. */
  plugin: z.string().min(1).max(128),
  kind: z.enum(servedKinds),
  /** The version that answers, such as `1.2.0`. Null for the plugin's live version. Only Python plugins can be pinned. */
  version: z.string().max(64).nullable(),
  /** Null for the plugin's own. */
  title: z.string().min(1).max(toolLimits.titleChars).nullable(),
  description: z.string().min(1).max(toolLimits.descriptionChars).nullable(),
});

export type SetTool = z.infer<typeof setTool>;

/** A text of a set that differs, by its place, such as `tools.find_papers.description`. Null if there is none. */
export const setChange = z.object({ where: z.string(), from: z.string().nullable(), to: z.string().nullable() });

export type SetChange = z.infer<typeof setChange>;
