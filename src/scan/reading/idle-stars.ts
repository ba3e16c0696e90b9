// Leaves out the star imports of a plugin's other files that need no parsing: those that bind nothing which matters, in a file that
// mentions no builtin which they could restore (scan policy §3.1, §5.6a).
import type { ScanPolicy } from '../policy/policy.ts';
import { Role } from '../policy/watched-words.ts';
import { Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import type { TokenNames } from './token-names.ts';

interface File {
  names: TokenNames;
  lines: LogicalLines;
  policy: ScanPolicy;
}

/** Returns the watched tokens without those of the lines that only hold such an import. Both lists are ascending. */
export function withoutIdleStars(watched: readonly number[], stars: readonly number[], file: File): readonly number[] {
  if (stars.length === 0 || mentionsBuiltins(watched, file)) return watched;
  const idle = idleLines(stars, file);
  let line = 0;
  return watched.filter((token) => {
    while (file.lines.newline(line) < token) line += 1;
    return !idle.has(line);
  });
}

function mentionsBuiltins(watched: readonly number[], { names, policy }: File): boolean {
  return watched.some(
    (token) => names.tokens.kind(token) === Token.name && (policy.watched.roleOf(names.name(token)) & Role.name) !== 0,
  );
}

function idleLines(stars: readonly number[], { lines, names: { tokens } }: File): ReadonlySet<number> {
  const idle = new Set<number>();
  let line = 0;
  for (const star of stars) {
    while (lines.newline(line) < star) line += 1;
    if (tokens.kind(lines.first(line)) === Token.from && lines.newline(line) === star + 1) idle.add(line);
  }
  return idle;
}
