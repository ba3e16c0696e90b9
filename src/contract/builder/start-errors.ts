// Defines why an instance could not start.
import { z } from 'zod';

/** Why an instance could not start. `isPluginsFault` says which are the plugin's own doing. */
export const startErrorCodes = [
  'archive-invalid',
  'artifact-invalid',
  'wrong-interface',
  'compile-failed',
  'import-failed',
  'dependency-not-installed',
  'handler-missing',
  'load-failed',
  'secret-missing',
  'model-missing',
  'start-timeout',
  'process-died',
  /** The process was killed from outside, such as by the kernel when out of memory, or stopped by the builder. A retry may succeed. */
  'process-killed',
  /** The builder failed, for example because its disk is full. A retry may succeed. */
  'builder-failed',
  /** The version asks for more than its organization grants. */
  'not-granted',
  /** The plugin needs a Ray cluster, but none accepts it. */
  'no-cluster',
  /** The plugin's cluster can't be used. */
  'cluster-failed',
  /** The plugin asks for network access, but the builder's sandbox has no network namespaces. */
  'needs-namespaces',
  /** The plugin asks for ports that containers can't forward. */
  'needs-own-builder',
  /** The plugin runs in an isolate, but this builder has none. */
  'needs-isolates',
  /** The plugin asks for a GPU that no builder lends to its organization. */
  'needs-gpu',
  /** Others hold the GPUs. The message says who, and how to free some. */
  'gpu-full',
] as const;

export const startErrorSchema = z.object({
  code: z.enum(startErrorCodes),
  /** For the author: what failed, where (file:line in the plugin) and why. */
  message: z.string(),
});
export type StartError = z.infer<typeof startErrorSchema>;

/** Reasons outside the plugin: the machine or the organization doesn't provide something. */
const notProvided: ReadonlySet<StartError['code']> = new Set([
  ...(['builder-failed', 'not-granted', 'no-cluster', 'cluster-failed', 'gpu-full'] as const),
  ...(['needs-namespaces', 'needs-own-builder', 'needs-isolates', 'needs-gpu'] as const),
]);

export function isPluginsFault({ code }: StartError): boolean {
  return !notProvided.has(code);
}

const transientCodes: ReadonlySet<StartError['code']> = new Set(['start-timeout', 'process-killed', 'builder-failed']);

/** Returns whether the platform may be at fault, such as a busy machine or a full disk, so that another start may succeed. */
export function mayStartLater({ code }: StartError): boolean {
  return transientCodes.has(code);
}
