// Defines the builder's PUT /instances/{id} for a Go plugin that runs as WebAssembly in an isolate.
import { z } from 'zod';
import { sha256Text } from '../digests.ts';
import { type Permissions, permissionsSchema } from '../plugin/permissions.ts';
import { hostedFor, hostedPlugin } from './hosted-for.ts';

/** Only pipeline plugins run in isolates, since a storage plugin keeps files. Their only permission is a time limit. */
export const isolateSpecSchema = z.strictObject({
  runtime: z.literal('isolate'),
  organization: hostedFor,
  kind: z.literal('pipeline'),
  /** SHA-256 of the WebAssembly module, sent with PUT /blobs/{sha256} unless this builder built it. */
  artifact: sha256Text,
  plugin: hostedPlugin,
  permissions: permissionsSchema.pick({ timeout_s: true, later_timeout_s: true }).strict().optional(),
});

/** A spec with the fields of other specs, which an isolate never has, so code can read those fields from any spec. */
export interface IsolateSpec extends Omit<z.infer<typeof isolateSpecSchema>, 'permissions'> {
  permissions?: Omit<Permissions, 'secrets'> | undefined;
  secrets?: undefined;
}

/** Prefix for instances that a build starts to find out whether the plugin runs in an isolate. They have no deployment. */
export const isolateTrialPrefix = 'trial-';

/** Call errors that a plugin in an isolate can cause. Its main module reports no others. */
export const isolateErrors: ReadonlySet<string> = new Set(['call-timeout', 'instance-crashed', 'answer-invalid']);

/** How a plugin in an isolate describes itself when loaded: as an executable does in its first line (builder/host-go/README.md). */
export const helloSchema = z.object({
  slipway: z.literal(1),
  /** Why the plugin can't be served. */
  error: z.object({ message: z.string() }).optional(),
});
export type Hello = z.infer<typeof helloSchema>;
