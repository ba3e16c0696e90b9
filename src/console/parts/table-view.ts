// A table's order and page, kept in the URL: `?sort=-calls&page=2`.
import { useSearch } from '@tanstack/react-router';
import { z } from 'zod/mini';

/** Query parameters accepted by a route with a table. */
export const tableSearch = {
  sort: z.catch(z.optional(z.string().check(z.regex(/^-?[a-z_]+$/))), undefined),
  page: z.catch(z.optional(z.number().check(z.int(), z.positive())), undefined),
};

/** Sort key of a row. Rows without one come last in both directions. */
export type SortValue = string | number | null;

export interface TableView {
  column: string | undefined;
  isDescending: boolean;
  page: number;
}

/** `order` applies if the URL has none. */
export function useTableView(order: string | undefined): TableView {
  const search = useSearch({ strict: false });
  const sort = ('sort' in search ? search.sort : undefined) ?? order;
  const page = 'page' in search ? search.page : undefined;
  return { column: sort?.replace(/^-/, ''), isDescending: sort?.startsWith('-') ?? false, page: page ?? 1 };
}

/** Sorts a copy. Equal rows keep their order. */
export function sorted<Row>(rows: readonly Row[], valueIn: (row: Row) => SortValue, isDescending: boolean): Row[] {
  const direction = isDescending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [valueIn(one), valueIn(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
    return direction * String(a).localeCompare(String(b), 'en', { numeric: true });
  });
}
