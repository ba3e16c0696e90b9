// Defines the limits of batch runs over a few rows.
import { builderLimits } from './builder.ts';

export const batchLimits = {
  rowsMax: 1000,
  /** Runs of one organization on one builder at the same time; further ones are refused. */
  perOrganization: 2,
  /** Rows of one batch, if the manifest does not say. */
  batchSize: 64,
  /** The newest printed lines, which the answer has. */
  logLines: 1000,
  /** A whole request, as a realtime call. */
  callBytes: builderLimits.callBytes,
} as const;
