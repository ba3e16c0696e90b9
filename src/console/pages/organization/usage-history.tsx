// Shows what the months before the current one used, newest first.
import { useQueries } from '@tanstack/react-query';
import { usageQuery } from '../../data/account-queries.ts';
import type { Schemas } from '../../data/api.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { type Column, Table } from '../../parts/table.tsx';

/** Each is a request. */
const monthsShown = 5;

type Amounts = Pick<Schemas['MonthlyUsage']['by_plugin'][number], 'calls' | 'cost' | 'instance_seconds'>;

export const hours = { unit: 3600, sign: ' h' };

export const amountColumns: Column<Amounts>[] = [
  { id: 'calls', title: 'Calls', kind: 'figure', cell: ({ calls }) => calls.toLocaleString('en') },
  { id: 'awake', title: 'Instance time', kind: 'figure', cell: (used) => amountText(used.instance_seconds, hours) },
];

/** Returns the column of costs, if the operator has set prices. */
export function costColumns(currency: string | null): Column<Amounts>[] {
  if (currency === null) return [];
  return [{ id: 'cost', title: `Cost, ${currency}`, kind: 'figure', cell: ({ cost }) => cost?.toFixed(2) }];
}

/** `1,200`, `1.5 h`, `3 GB`. */
export function amountText(amount: number, { sign, unit }: { sign: string; unit: number }): string {
  return `${(amount / unit).toLocaleString('en', { maximumFractionDigits: 1 })}${sign}`;
}

/** `November 2026`. */
export function monthName(month: string): string {
  return new Date(month).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** Shows the months before one. */
export function UsageHistory({ month }: { month: string }) {
  const months = useQueries({
    queries: monthsBefore(month).map(usageQuery),
    combine: (asked) =>
      asked.some(({ isPending }) => isPending) ? undefined : asked.flatMap(({ data }) => data ?? []),
  });
  const used = months?.filter(({ total }) => total.calls > 0 || total.instance_seconds > 0);
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">Earlier months</h2>
      {used?.length === 0 ? (
        <p className="quiet">Nothing was used in the five months before.</p>
      ) : (
        <Table
          caption="Usage of earlier months"
          columns={columnsFor(used?.[0]?.currency ?? null)}
          rows={used?.map(({ month, total }) => ({ month, ...total }))}
          keyOf={({ month }) => month}
        />
      )}
      <AsCommand of="Usage as a command" cli="slipway budget usage" path="/v1/usage" />
    </section>
  );
}

function columnsFor(currency: string | null): Column<Amounts & { month: string }>[] {
  return [
    { id: 'month', title: 'Month', kind: 'varies', cell: ({ month }) => monthName(month) },
    ...amountColumns,
    ...costColumns(currency),
  ];
}

function monthsBefore(month: string): string[] {
  const start = new Date(month);
  return Array.from({ length: monthsShown }, (_, index) =>
    new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - index - 1))
      .toISOString()
      .slice(0, 'YYYY-MM'.length),
  );
}
