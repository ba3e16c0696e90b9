// Defines monthly budgets: what they limit, what happens when one is spent, and the calendar months (UTC) they count in. Prices are the
// operator's own numbers.
import { z } from 'zod';

export const budgetResources = ['instance_seconds', 'calls', 'stored_bytes'] as const;
export type BudgetResource = (typeof budgetResources)[number];

/** `refuse`: when it is spent, nothing new starts. Awake instances and runs in progress continue. */
export const budgetActions = ['warn', 'refuse'] as const;

/** Roles that set budgets. Both apply, so an organization can't raise what its operator allows. */
export const budgetSetters = ['organization', 'operator'] as const;

/** Returns the month as `YYYY-MM`. */
export function monthAt(time: number): string {
  return new Date(time).toISOString().slice(0, 'YYYY-MM'.length);
}

/** Returns when a month starts, or one that is a number of months later. */
export function monthStart(month: string, later = 0): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return Date.UTC(year, number - 1 + later);
}

/** The setting PRICES, a JSON object. */
export const pricesSchema = z.strictObject({
  currency: z.string().min(1).max(10),
  per_million_calls: z.number().min(0).default(0),
  per_instance_hour: z.number().min(0).default(0),
  per_gb_month: z.number().min(0).default(0),
});
export type Prices = z.infer<typeof pricesSchema>;

const hourSeconds = 3600;
const million = 1_000_000;
const gigabyte = 1_000_000_000;

/** Returns what a month's usage costs. Bytes cost as if they were stored for the whole month. */
export function costOf(prices: Prices, usage: Partial<Record<BudgetResource, number>>): number {
  const { instance_seconds: seconds = 0, calls = 0, stored_bytes: bytes = 0 } = usage;
  const { per_gb_month: perGb, per_instance_hour: perHour, per_million_calls: perMillion } = prices;
  return (seconds / hourSeconds) * perHour + (calls / million) * perMillion + (bytes / gigabyte) * perGb;
}
