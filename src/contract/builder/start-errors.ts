// Defines why an instance could not start.
import { z } from 'zod';

/** Why an instance could not start. All but `start-timeout`, `process-died`, `process-killed`, `not-granted`, `no-cluster`, `cluster-failed` and those that begin with `needs-` are errors in the plugin's code. */
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
  /** The process was ended from outside, as by the kernel for want of memory, or the builder stopped it. The same start may succeed. */
  'process-killed',
  /** The version asks for more than its organization grants. */
  'not-granted',
  /** It runs on a Ray cluster, and none takes it. */
  'no-cluster',
  /** The cluster that it would run on cannot be used. */
  'cluster-failed',
  /** It asks for network access, and the builder's sandbox has no network namespaces. */
  'needs-namespaces',
  /** It asks for ports that containers cannot carry. */
  'needs-own-builder',
  /** It runs in an isolate, and this builder has none. */
  'needs-isolates',
] as const;

export const startErrorSchema = z.object({
  code: z.enum(startErrorCodes),
  /** For the author: what failed, where (file:line in the plugin) and why. */
  message: z.string(),
});
export type StartError = z.infer<typeof startErrorSchema>;
