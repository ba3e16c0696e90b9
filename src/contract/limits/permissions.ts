// Defines how much a plugin may ask for.
import { builderLimits } from './builder.ts';

export const permissionLimits = {
  hostsMax: 50,
  forwardsMax: 16,
  secretsMax: 50,
  memoryMbMin: 64,
  memoryMbMax: 65_536,
  /** A drain lasts as long as a call may take, up to this limit (D47). */
  timeoutSecondsMax: builderLimits.drainMaxMs / 1000,
  /** A replaced instance waits for its later calls, as for its streams. */
  laterTimeoutSecondsMax: builderLimits.laterCallMsMax / 1000,
} as const;
