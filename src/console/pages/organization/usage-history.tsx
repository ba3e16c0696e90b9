// Shows what each of the last twelve months used, by namespace or plugin, as bars and as a table.
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { type HistoryChoice, usageGroups, usageHistoryQuery } from '../../data/usage-history.ts';
import { Bars } from '../../parts/charts/bars.tsx';
import { reading, type Series } from '../../parts/charts/chart-numbers.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { FilterSelect } from '../../parts/filters/filter-select.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { PageError } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { amountText, hours, monthName } from './usage-amounts.tsx';

const shownResources = {
  calls: { title: 'Calls', unit: 1, sign: '' },
  instance_seconds: { title: 'Instance time', ...hours },
  stored_bytes: { title: 'Storage', unit: 1e9, sign: ' GB' },
} as const;
type Resource = keyof typeof shownResources;
const otherResources = ['instance_seconds', 'stored_bytes'] as const;

type History = Schemas['UsageHistory'];
type Group = History['months'][number]['groups'][number];

/** Colors of the largest groups. */
const groupColors = [1, 2] as const;

export function UsageHistoryPage() {
  const { by: group = 'namespace', of, resource = 'calls' } = useSearch({ from: '/signed-in/quotas/months' });
  const choice: HistoryChoice = { group, namespace_id: of };
  const { data, error, refetch } = useQuery({ ...usageHistoryQuery(choice), placeholderData: keepPreviousData });
  const query = new URLSearchParams({ months: '12', group, ...(of !== undefined && { namespace_id: of }) }).toString();
  const cli = `slipway budget usage --months 12 --by ${group}${of === undefined ? '' : ` --namespace ${of}`}`;
  return (
    <>
      <PageHead
        title="Twelve months"
        actions={
          <a href={`/v1/usage/history?${query}&format=csv`} download="usage.csv" className="button">
            Download CSV
          </a>
        }
      />
      <Choices />
      {error ? <PageError error={error} retry={() => void refetch()} /> : null}
      {data && <MonthsOf resource={resource} history={data} />}
      <AsCommand cli={cli} path={`/v1/usage/history?${query}`} />
    </>
  );
}

/** The choices are in the URL, so that a view can be shared. */
function Choices() {
  const { by, of, resource } = useSearch({ from: '/signed-in/quotas/months' });
  const { data } = useSuspenseQuery(namespacesQuery);
  const navigate = useNavigate({ from: '/quotas/months' });
  const change = (changed: {
    by?: 'plugin' | undefined;
    of?: string | undefined;
    resource?: Exclude<Resource, 'calls'> | undefined;
  }) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });
  const nameOf = (id: string) => data.results.find(({ namespace_id }) => namespace_id === id)?.namespace_name ?? id;
  return (
    <search className="filters">
      <FilterSelect
        label="Resource"
        all={shownResources.calls.title}
        values={otherResources}
        textOf={(name) => shownResources[name].title}
        value={resource}
        choose={(resource) => change({ resource })}
      />
      <FilterSelect
        label="By"
        all="namespace"
        values={usageGroups.slice(1)}
        value={by}
        choose={(value) => change({ by: value === 'plugin' ? value : undefined })}
      />
      <FilterSelect
        label="In"
        all="all namespaces"
        values={data.results.map(({ namespace_id }) => namespace_id)}
        textOf={nameOf}
        value={of}
        choose={(of) => change({ of })}
      />
    </search>
  );
}

function MonthsOf({ history, resource }: { history: History; resource: Resource }) {
  const { forecast, limits, months } = history;
  const shown = shownResources[resource];
  const format = (amount: number) => amountText(amount, shown);
  const series = seriesOf(history, resource);
  const rows = months.map(({ month, total }, index) => ({
    month,
    total: total[resource],
    forecast: index === months.length - 1 ? forecast[resource] : null,
    parts: series.map(({ values }) => values[index] ?? null),
  }));
  const columns: Column<(typeof rows)[number]>[] = [
    { id: 'month', title: 'Month', kind: 'varies', cell: ({ month }) => monthName(month) },
    { id: 'total', title: shown.title, kind: 'figure', cell: ({ total }) => reading(total, format) },
    ...(series.length < 2 ? [] : series).map(
      ({ name }, index): Column<(typeof rows)[number]> => ({
        id: `part-${index}`,
        title: name,
        kind: 'amount',
        hidden: 'below-600',
        cell: ({ parts }) => reading(parts[index], format),
      }),
    ),
    {
      id: 'forecast',
      title: 'Forecast',
      kind: 'figure',
      hidden: 'below-600',
      cell: (row) => reading(row.forecast, format),
    },
  ];
  return (
    <>
      <div className="panel">
        <Bars
          title={`${shown.title} by month`}
          labels={months.map(({ month }) => shortName(month))}
          series={series}
          forecast={forecast[resource]}
          limit={limits[resource]}
          format={format}
        />
      </div>
      <Table
        caption={`${shown.title} by month, newest first`}
        columns={columns}
        rows={rows.toReversed()}
        keyOf={({ month }) => month}
      />
    </>
  );
}

/** Returns the largest groups and all others. Stored bytes belong to no group. */
function seriesOf({ months }: History, resource: Resource): Series[] {
  if (resource === 'stored_bytes')
    return [{ name: 'Stored', color: 1, values: months.map(({ total }) => total.stored_bytes) }];
  const amountOf = (groups: readonly Group[]) => groups.reduce((sum, one) => sum + one[resource], 0);
  const byKey = Map.groupBy(
    months.flatMap(({ groups }) => groups).filter(({ namespace_id }) => namespace_id !== null),
    keyOf,
  );
  const largest = [...byKey.values()].sort((a, b) => amountOf(b) - amountOf(a)).slice(0, groupColors.length);
  const keys = largest.flatMap(([one]) => (one ? [keyOf(one)] : []));
  const valuesOf = (isOf: (key: string) => boolean) =>
    months.map(({ groups }) => amountOf(groups.filter((one) => isOf(keyOf(one)))));
  const others = valuesOf((key) => !keys.includes(key));
  return [
    ...groupColors.flatMap((color, index): Series[] => {
      const [one] = largest[index] ?? [];
      return one ? [{ name: groupName(one), color, values: valuesOf((key) => key === keyOf(one)) }] : [];
    }),
    ...(others.some((amount) => amount > 0) ? [{ name: 'Others', color: 4 as const, values: others }] : []),
  ];
}

function keyOf({ namespace_id, plugin_id }: Group): string {
  return `${namespace_id} ${plugin_id}`;
}

function groupName({ namespace_name, plugin_id, plugin_name }: Group): string {
  const namespace = namespace_name ?? 'Deleted';
  return plugin_id === null ? namespace : `${namespace} / ${plugin_name ?? 'removed'}`;
}

/** `Nov 26`. */
function shortName(month: string): string {
  return new Date(month).toLocaleDateString('en', { month: 'short', year: '2-digit', timeZone: 'UTC' });
}
