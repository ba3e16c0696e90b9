// Matches pushed refs against a deploy hook's patterns: `main`, `release/*`, `v*`.
import type { deployHooks } from './tables.ts';

type Patterns = Pick<typeof deployHooks.$inferSelect, 'branches' | 'tags'>;

/** Returns whether the hook acts on pushes of this ref, a full name such as `refs/tags/v1.2.0`. */
export function matchesRef({ branches, tags }: Patterns, ref: string): boolean {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (name === undefined) return false;
  return (kind === 'heads' ? branches : tags).some((pattern) => matchesPattern(pattern, name));
}

/**
 * `*` matches any characters except a slash, `**` matches any characters, and everything else matches itself. Walks the name with one
 * backtrack point, so that matching takes at most the pattern's length times the name's.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star: { p: number; n: number; crosses: boolean } | undefined;
  while (n < name.length) {
    if (pattern[p] === '*') {
      const crosses = pattern[p + 1] === '*';
      p += crosses ? 2 : 1;
      star = { p, n, crosses };
    } else if (pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star && (star.crosses || name[star.n] !== '/')) {
      star.n++;
      p = star.p;
      n = star.n;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
