// Counts the uses of a cache's entries, so that no entry in use is removed.
export class UseCount {
  readonly #uses = new Map<string, number>();

  has(key: string): boolean {
    return this.#uses.has(key);
  }

  /** Counts one use of each key until the returned function is called. */
  add(keys: readonly string[]): () => void {
    for (const key of keys) this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (!isOver) for (const key of keys) this.#end(key);
      isOver = true;
    };
  }

  #end(key: string): void {
    const left = (this.#uses.get(key) ?? 1) - 1;
    if (left > 0) this.#uses.set(key, left);
    else this.#uses.delete(key);
  }
}
