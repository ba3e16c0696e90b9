// Lists: a hard limit and an opaque cursor that names the last row's sort key.

export const pageLimitMax = 1000;
export const pageLimitDefault = 100;

export interface PageRequest {
  limit: number;
  cursor?: string;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Cuts a result that was asked for with `limit + 1` rows, and makes the cursor of the next page from the last row kept. */
export function pageOf<Row>(rows: Row[], limit: number, keyOf: (row: Row) => string): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

export function encodeCursor(key: string): string {
  return btoa(key).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The key in a cursor, or undefined when the text is none. */
export function decodeCursor(cursor: string): string | undefined {
  try {
    return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}
