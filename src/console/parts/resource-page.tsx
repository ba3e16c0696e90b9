// The page of every list: its title and actions, a filter, and the table, or instructions if it is empty.
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AsCommand, type SameAs } from './copyable.tsx';
import { FilterSelect } from './filters/filter-select.tsx';
import { PageHead } from './page-head.tsx';
import { Empty } from './page-states.tsx';
import { type Column, MoreRows, Table } from './table.tsx';

/** Returns the status in the URL, which any list may have. */
const useStatus = () => useSearch({ strict: false }).status;

/** A list read page by page. */
type ListQuery<Row> = Parameters<typeof MoreRows>[0]['query'] & {
  data: { pages: { results: Row[] }[] } | undefined;
  error: Error | null;
};

interface Props<Row> {
  title: string;
  actions?: ReactNode;
  /** Shown above the list. */
  note?: ReactNode;
  query: ListQuery<Row>;
  filter?: FilterProps;
  /** Text and command shown instead of an empty table. */
  empty: { text: ReactNode; command: string };
  /** Table title for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** The list as a command. */
  command: SameAs;
}

export function ResourcePage<Row>(props: Props<Row>) {
  const { title, actions, note, query, filter, empty, caption, columns, keyOf, command } = props;
  if (query.error && !query.data) throw query.error;
  const rows = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title={title} actions={actions} />
      {note}
      {filter && <StatusFilter {...filter} />}
      {rows?.length === 0 ? (
        <Empty command={empty.command}>{empty.text}</Empty>
      ) : (
        <Table caption={caption} columns={columns} rows={rows} keyOf={keyOf} />
      )}
      <MoreRows query={query} />
      <AsCommand {...command} />
    </>
  );
}

interface FilterProps {
  label?: string;
  values: readonly NonNullable<ReturnType<typeof useStatus>>[];
}

export function StatusFilter(props: FilterProps) {
  return (
    <search className="filters">
      <StatusSelect {...props} />
    </search>
  );
}

/** Keeps the selected status in the URL. */
export function StatusSelect({ label = 'Status', values }: FilterProps) {
  const navigate = useNavigate();
  const value = useStatus();
  const choose = (status: typeof value) =>
    void navigate({ to: '.', search: (before) => ({ ...before, status }), replace: true });
  return <FilterSelect label={label} all="all" values={values} value={value} choose={choose} />;
}
