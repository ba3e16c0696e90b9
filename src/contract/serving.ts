// Defines how the calls of an instance are served, and what the Worker says of each call.
import { z } from 'zod';
import { builderLimits } from './limits.ts';

/**
 * How a Python plugin's calls are served. Its processes share the memory of the instance equally. `concurrency` is the number of calls
 * that one process runs at a time; further calls wait. Without it, a process gets every call immediately.
 */
export const servingSchema = z.strictObject({
  replicas: z.int().min(1).max(builderLimits.replicasMax),
  concurrency: z.int().min(1).max(builderLimits.callsInFlight).optional(),
});
export type Serving = z.infer<typeof servingSchema>;

const oneProcess: Serving = { replicas: 1 };

/** Executables have one process. */
export function servingOf(spec: { serving?: Serving | undefined } | object): Serving {
  return ('serving' in spec ? spec.serving : undefined) ?? oneProcess;
}

/**
 * Sent with POST /instances/{id}/invoke and …/batch: the milliseconds that the caller still waits. The call ends then, with `call-timeout`,
 * if it has not ended by the plugin's own time limit.
 */
export const timeoutHeader = 'slipway-timeout-ms';

export interface CallOptions {
  /** Another version serves the plugin's name, so that the instance sleeps sooner. */
  standby?: boolean;
  /** The ID of the API's request, for the log. */
  requestId?: string | undefined;
  /** The time limit that the instance has, if it is not the default. */
  callMs?: number | undefined;
  /** What is left of the time that the caller waits, if it said how long. */
  timeLeftMs?: number | undefined;
}
