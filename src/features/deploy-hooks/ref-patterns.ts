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
 * `*` matches any characters except a slash, `**` matches any characters, and everything else matches itself. Walks the name, and goes
 * back to the last star, or beyond a slash to the last double one. No other star needs another try, so the time is bounded by the
 * pattern's length times the square of the name's.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star: { p: number; n: number } | undefined;
  let doubleStar: { p: number; n: number } | undefined;
  while (n < name.length) {
    if (pattern.startsWith('**', p)) {
      p += 2;
      doubleStar = { p, n };
      star = undefined;
    } else if (pattern[p] === '*') {
      p++;
      star = { p, n };
    } else if (pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star && name[star.n] !== '/') {
      star.n++;
      ({ p, n } = star);
    } else if (doubleStar) {
      doubleStar.n++;
      ({ p, n } = doubleStar);
      star = undefined;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
