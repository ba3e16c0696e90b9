// The table of every list: sortable columns, pages, and rows of the right height while the data loads.
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { type SortValue, sorted, type TableView, useTableView } from './table-view.ts';

/** Classes that hide a column (styles/table.css). */
const hidingClasses = { 'below-1280': 'extra', 'below-900': 'secondary', 'below-600': 'detail' } as const;

export interface Column<Row> {
  /** Name in the URL when the table is sorted by this column. */
  id: string;
  title: string;
  /** `figure` is a right-aligned number, `amount` one below a title that wraps, `time` never wraps, `varies` takes the remaining space and wraps, `name` wraps if it must. */
  kind?: 'amount' | 'figure' | 'name' | 'time' | 'varies';
  /** Window width below which the column is hidden, to save space. */
  hidden?: keyof typeof hidingClasses;
  cell: (row: Row) => ReactNode;
  /** Without it, the table can't be sorted by this column. */
  sortBy?: (row: Row) => SortValue;
}

interface Props<Row> {
  /** For screen readers. */
  caption: string;
  /** The first column names the row. */
  columns: readonly Column<Row>[];
  /** Undefined while loading. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** The order in which the rows arrive, as in the URL: a column ID, with a leading `-` if descending. */
  order?: string;
}

const rowsPerPage = 100;
const skeletonRows = ['1', '2', '3', '4', '5', '6'];

export function Table<Row>({ caption, columns, rows, keyOf, order }: Props<Row>) {
  const view = useTableView(order);
  const by = columns.find(({ id }) => id === view.column)?.sortBy;
  const ordered = rows && by ? sorted(rows, by, view.isDescending) : rows;
  const shown = ordered?.slice((view.page - 1) * rowsPerPage, view.page * rowsPerPage);
  return (
    <>
      <table aria-busy={rows === undefined}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.id} column={column} view={view} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown
            ? shown.map((row) => <TableRow key={keyOf(row)} columns={columns} row={row} />)
            : skeletonRows.map((key) => (
                <tr key={key}>
                  {columns.map(({ id, ...column }) => (
                    <td key={id} className={classOf(column)}>
                      <span className="skeleton-cell" />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
      {rows && rows.length > rowsPerPage && <Pages view={view} count={rows.length} />}
    </>
  );
}

function Heading<Row>({ column, view }: { column: Column<Row>; view: TableView }) {
  const { id, sortBy, title } = column;
  if (!sortBy)
    return (
      <th scope="col" className={classOf(column)}>
        {title}
      </th>
    );
  const isSorted = view.column === id;
  const Arrow = view.isDescending ? ArrowDown : ArrowUp;
  const next = isSorted && !view.isDescending ? `-${id}` : id;
  return (
    <th
      scope="col"
      className={classOf(column)}
      aria-sort={isSorted ? (view.isDescending ? 'descending' : 'ascending') : undefined}
    >
      <Link to="." search={(before) => ({ ...before, sort: next, page: undefined })} replace resetScroll={false}>
        {title}
        {isSorted ? <Arrow className="icon" aria-hidden /> : <ChevronsUpDown className="icon unsorted" aria-hidden />}
      </Link>
    </th>
  );
}

function TableRow<Row>({ columns: [first, ...rest], row }: { columns: readonly Column<Row>[]; row: Row }) {
  return (
    <tr>
      {first && (
        <th scope="row" className={classOf(first)}>
          {first.cell(row)}
        </th>
      )}
      {rest.map((column) => (
        <td key={column.id} className={classOf(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function classOf({ kind, hidden }: Pick<Column<never>, 'kind' | 'hidden'>): string | undefined {
  const classes = [kind, hidden && hidingClasses[hidden]];
  return classes.filter((name) => name !== undefined).join(' ') || undefined;
}

function Pages({ view: { page }, count }: { view: TableView; count: number }) {
  const last = Math.ceil(count / rowsPerPage);
  const link = (to: number, text: string) =>
    to >= 1 &&
    to <= last && (
      <Link to="." className="button small" search={(before) => ({ ...before, page: to === 1 ? undefined : to })}>
        {text}
      </Link>
    );
  return (
    <nav className="table-end" aria-label="Pages">
      <span>
        {(page - 1) * rowsPerPage + 1}–{Math.min(page * rowsPerPage, count)} of {count}
      </span>
      {link(page - 1, 'Previous')}
      {link(page + 1, 'Next')}
    </nav>
  );
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** The button below a list that has another page. */
export function MoreRows({ query, label = 'Show more' }: { query: Paged; label?: string }) {
  if (!query.hasNextPage) return null;
  return (
    <button type="button" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {query.isFetchingNextPage ? 'Loading…' : label}
    </button>
  );
}
