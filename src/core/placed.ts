// Orders a list that has parts in several places.

export interface Placed {
  /** Name of the item that this one follows. If there is none of that name, it is the last. */
  after: string;
}

/** Inserts each added item behind the one that it names. `nameOf` returns an item's name. */
export function placed<Item, Added extends Item & Placed>(
  items: readonly Item[],
  added: readonly Added[],
  nameOf: (item: Item) => string,
): Item[] {
  const all = [...items];
  for (const one of added) {
    const before = all.findIndex((item) => nameOf(item) === one.after);
    all.splice(before < 0 ? all.length : before + 1, 0, one);
  }
  return all;
}
