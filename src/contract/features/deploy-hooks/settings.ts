// Defines the settings of deploy hooks.
import { inDays } from '../../limits/retention.ts';

const days = 24 * 60 * 60 * 1000;

export const settings = {
  /** Pushes, after they ended. Repeated delivery IDs are recognized as long as the push is kept. */
  PUSH_RETENTION_DAYS: inDays(30 * days, 1, 365),
};
