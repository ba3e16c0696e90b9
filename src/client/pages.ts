// Iterates over paginated lists.

export interface CursorPage<Item> {
  items: Item[];
  next: string | null | undefined;
}

/** Yields every item of every page. The next page is requested only when its first item is needed. */
export async function* allItems<Item>(
  page: (cursor: { cursor?: string }) => Promise<CursorPage<Item>>,
): AsyncGenerator<Item> {
  let cursor: string | null | undefined;
  do {
    const { items, next } = await page(cursor ? { cursor } : {});
    yield* items;
    cursor = next;
  } while (cursor);
}
