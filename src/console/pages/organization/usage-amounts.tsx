// Shows amounts of what was used, in the units that people know.
import { formatCost } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import type { Column } from '../../parts/table.tsx';

type Amounts = Pick<Schemas['MonthlyUsage']['by_plugin'][number], 'calls' | 'cost' | 'instance_seconds'>;

export const hours = { unit: 3600, sign: ' h' };

export const amountColumns: Column<Amounts>[] = [
  { id: 'calls', title: 'Calls', kind: 'figure', cell: ({ calls }) => calls.toLocaleString('en') },
  { id: 'awake', title: 'Instance time', kind: 'figure', cell: (used) => amountText(used.instance_seconds, hours) },
];

/** Returns the column of costs, if the operator has set prices. */
export function costColumns(currency: string | null): Column<Amounts>[] {
  if (currency === null) return [];
  return [
    {
      id: 'cost',
      title: `Cost, ${currency}`,
      kind: 'figure',
      cell: ({ cost }) => (cost === null ? undefined : formatCost(cost)),
    },
  ];
}

/** `1,200`, `1.5 h`, `3 GB`. */
export function amountText(amount: number, { sign, unit }: { sign: string; unit: number }): string {
  return `${(amount / unit).toLocaleString('en', { maximumFractionDigits: 1 })}${sign}`;
}

/** `November 2026`. */
export function monthName(month: string): string {
  return new Date(month).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}
