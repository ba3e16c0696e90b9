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
 * `*` matches any characters except a slash, `**` matches any characters, and everything else matches itself. Follows all ways to match at
 * once, so the time is the pattern's length times the name's.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.match(/\*\*|./gs) ?? [];
  let reached = withoutStars(parts, [true]);
  for (const character of name.split('')) {
    const next: boolean[] = [];
    for (const [at, part] of parts.entries()) {
      if (!reached[at]) continue;
      if (part === '**' || (part === '*' && character !== '/')) next[at] = true;
      else if (part === character) next[at + 1] = true;
    }
    reached = withoutStars(parts, next);
  }
  return reached[parts.length] ?? false;
}

/** Adds the places after stars, which may match nothing. */
function withoutStars(parts: readonly string[], reached: boolean[]): boolean[] {
  for (const [at, part] of parts.entries()) if (reached[at] && part.startsWith('*')) reached[at + 1] = true;
  return reached;
}
