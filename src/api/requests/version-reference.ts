// Reads which plugin a name means, and which of its versions.
import { z } from '@hono/zod-openapi';
import { servedKinds } from '../../contract/plugin/go-kinds.ts';
import { parseVersion, type Version } from '../../contract/plugin/manifest.ts';
import { Problem } from '../../core/problem.ts';

export const kindField = z.enum(servedKinds).default('extractor').openapi({
  description: "The plugin's kind. Pipeline and storage plugins are in the organization's namespace `default`",
  example: 'extractor',
});

export const versionField = z
  .string()
  .min(1)
  .max(2048)
  .openapi({ description: "A version number, or the ref or commit of a Go plugin's version", example: '1.0.0' });

/** Parses an extractor's version number. A Go plugin's versions are refs and commits. `path` is the field's. */
export function parseReference(kind: z.infer<typeof kindField>, text: string, path: string[]): Version | string {
  const version = kind === 'extractor' ? parseVersion(text) : text;
  if (version) return version;
  const message = 'must be three numbers, such as 1.0.0';
  throw new Problem('invalid-request', `The request is invalid: ${path.join('.')}: ${message}`, {
    fields: [{ path, message, type: 'custom' }],
  });
}
