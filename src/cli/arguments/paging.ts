// Lists one page: `--limit` and `--cursor`, and JSON in the shape of the API's lists.
import { wholeNumber } from './whole-number.ts';

export interface PageOptions {
  limit?: number;
  cursor?: string;
}

export const pageOptions = {
  '--limit <count>': { description: 'number of items to list', parse: wholeNumber(1000) },
  '--cursor <cursor>': 'continue a list from this `next_cursor`',
} as const;

/** Returns the request's query. Each list has its own default limit on the server. */
export function pageQuery({ cursor, limit }: PageOptions): PageOptions {
  return { ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }) };
}

export function pageJson<Item extends object>(results: Item[], nextCursor: string | null) {
  return { results, pagination: { next_cursor: nextCursor } };
}

export function pageResult(results: object[], nextCursor: string | null, text: string) {
  return { json: pageJson(results, nextCursor), text, notes: pageNotes(nextCursor) };
}

/** Tells the user on standard error that there are more pages. */
export function pageNotes(nextCursor: string | null): string[] {
  return nextCursor === null ? [] : [`There are more results; repeat with --cursor ${nextCursor}`];
}
