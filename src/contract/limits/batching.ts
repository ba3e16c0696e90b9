// Defines the limits of batches of calls (plugin format §2).
import { builderLimits } from './builder.ts';

export const batchingLimits = {
  sizeMax: builderLimits.callsInFlight,
  /** How long an idle process may wait for a batch to fill. */
  waitMsMax: 1000,
  bytesMax: builderLimits.callBytesInFlight,
} as const;
