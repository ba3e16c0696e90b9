// Orders a list that has parts in several places.

export interface Placed {
  /** Name of the item that this one follows. If there is none of that name, it is the last. */
  after: string;
}

/** Inserts each added item behind the item it names, even if that item is added too. `nameOf` returns an item's name. */
export function placed<Item, Added extends Item & Placed>(
  items: readonly Item[],
  added: readonly Added[],
  nameOf: (item: Item) => string,
): Item[] {
  const all = [...items];
  const waiting = [...added];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ after }) => !waiting.some((other) => nameOf(other) === after));
    const [one] = waiting.splice(Math.max(at, 0), 1);
    if (one === undefined) break;
    const before = all.findIndex((item) => nameOf(item) === one.after);
    all.splice(before < 0 ? all.length : before + 1, 0, one);
  }
  return all;
}
