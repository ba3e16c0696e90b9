// Keeps what an isolate derives from published versions. A version never changes, so each is read once however often it is asked for. A
// new release of Slipway starts new isolates, which derive everything again.

interface Kept<Value> {
  value: Value;
  chars: number;
}

export class Derived<Value> {
  readonly #charsMax: number;
  /** Values by version, or by a part of one; the least recently used first. */
  readonly #kept = new Map<string, Kept<Value>>();
  #chars = 0;

  /** `charsMax` limits the characters of all values together. */
  constructor(charsMax: number) {
    this.#charsMax = charsMax;
  }

  get(key: string): Value | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.value;
  }

  keep(key: string, value: Value, chars: number): void {
    this.#remove(key);
    if (chars > this.#charsMax) return;
    this.#kept.set(key, { value, chars });
    this.#chars += chars;
    for (const oldest of this.#kept.keys()) {
      if (this.#chars <= this.#charsMax) return;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    this.#chars -= this.#kept.get(key)?.chars ?? 0;
    this.#kept.delete(key);
  }
}
