// Sorts a table of plugins and finds where a page starts. The position is the last row's sort value and ID, so that pages neither
// repeat nor skip rows whose value stays the same.
import { z } from 'zod';
import { overviewSorts } from '../contract/traffic.ts';
import { parseJson } from '../core/json/parse.ts';
import type { PluginOverview } from './overviews.ts';

export type OverviewSort = (typeof overviewSorts)[number];

export interface Place {
  sort: OverviewSort;
  order: 'asc' | 'desc';
  /** The last row before the page; undefined for the first page. */
  after: After | undefined;
}

export interface After {
  value: string | number;
  id: string;
}

const placeSchema = z.tuple([
  z.enum(overviewSorts),
  z.enum(['asc', 'desc']),
  z.union([z.string(), z.number()]),
  z.string(),
]);

/** Returns the value to sort by. Rows without calls sort below those that have any. */
function sortedValue(one: PluginOverview, sort: OverviewSort): string | number {
  switch (sort) {
    case 'name':
      return one.name;
    case 'kind':
      return one.kind;
    case 'state':
      return one.state;
    case 'calls':
      return one.count.calls;
    case 'errors':
      return one.count.calls === 0 ? -1 : one.count.errors / one.count.calls;
    case 'p95':
      return one.p95Ms ?? -1;
    case 'calls_30d':
      return one.use.calls;
    case 'callers_30d':
      return one.use.callers;
    case 'downloads_30d':
      return one.use.downloads;
    case 'last_called':
      return one.use.calledAt ?? 0;
    case 'changed':
      return one.changed?.at ?? 0;
  }
}

/** Returns the rows after the position, in its order. */
export function sortedAfter(rows: readonly PluginOverview[], { after, order, sort }: Place): PluginOverview[] {
  const sign = order === 'asc' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: { value: sortedValue(row, sort), id: row.id } }));
  const behind = keyed.filter(({ key }) => after === undefined || sign * compared(key, after) > 0);
  return behind.sort((a, b) => sign * compared(a.key, b.key)).map(({ row }) => row);
}

function compared(a: After, b: After): number {
  if (a.value === b.value) return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  return a.value < b.value ? -1 : 1;
}

/** Returns the position after a row as text, for a cursor. */
export function overviewPlace(row: PluginOverview, { order, sort }: Place): string {
  return JSON.stringify([sort, order, sortedValue(row, sort), row.id]);
}

/** Parses a position. Returns undefined if it is invalid or for another order. */
export function parsePlace(text: string, { order, sort }: Pick<Place, 'sort' | 'order'>): After | undefined {
  const parsed = placeSchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data[0] !== sort || parsed.data[1] !== order) return undefined;
  return { value: parsed.data[2], id: parsed.data[3] };
}
