// Tells the names of functions apart in a file that is known by its tokens only (scan policy §10.7).

/** The names of one function, or of the module. */
export class Locals {
  readonly bound = new Set<string>();
  readonly parent: Locals | undefined;
  private readonly id: number;
  private readonly resolvedKeys = new Map<string, string>();

  constructor(parent: Locals | undefined, id: number) {
    this.parent = parent;
    this.id = id;
  }

  /**
   * Marks a name, or `f(` and `f()`, with the function that binds it. Attributes and keywords have no scope. All functions must have
   * been read.
   */
  resolve(key: string, shared: ReadonlySet<string>): string {
    const known = this.resolvedKeys.get(key);
    if (known !== undefined) return known;
    const resolved = this.resolveFirst(key, shared);
    this.resolvedKeys.set(key, resolved);
    return resolved;
  }

  resolveAll(keys: string[], shared: ReadonlySet<string>): void {
    for (let at = 0; at < keys.length; at += 1) keys[at] = this.resolve(keys[at] ?? '', shared);
  }

  private resolveFirst(key: string, shared: ReadonlySet<string>): string {
    const first = key.charAt(0);
    if (first === '.' || first === '=' || first === '*') return key;
    const end = key.indexOf('(');
    const name = end < 0 ? key : key.slice(0, end);
    if (shared.has(name)) return key;
    for (let at: Locals | undefined = this; at?.parent; at = at.parent)
      if (at.bound.has(name)) return `${name}@${at.id}${key.slice(name.length)}`;
    return key;
  }
}
