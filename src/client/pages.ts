// Lists with cursors, as one sequence.

export interface CursorPage<Item> {
  items: Item[];
  next: string | null | undefined;
}

/** Each item of each page; the next page is asked for only when its first item is. */
export async function* eachItem<Item>(
  page: (cursor: { cursor?: string }) => Promise<CursorPage<Item>>,
): AsyncGenerator<Item> {
  let cursor: string | null | undefined;
  do {
    const { items, next } = await page(cursor ? { cursor } : {});
    yield* items;
    cursor = next;
  } while (cursor);
}
