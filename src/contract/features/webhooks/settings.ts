// Defines the settings of webhooks.
import { inDays } from '../../limits/retention.ts';
import { webhooks } from './limits.ts';

const days = 24 * 60 * 60 * 1000;

/** Redelivering a period needs its events and deliveries. */
const recoverableDays = webhooks.recoverableMs / days + 1;

export const settings = {
  /** Deliveries, after they ended. */
  DELIVERY_RETENTION_DAYS: inDays(30 * days, recoverableDays, 365),
};
