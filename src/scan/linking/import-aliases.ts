// Finds names that a module assigns what an import binds, `p = os.path` and `q = p`, by its tokens only: the file need not be parsed
// for them, since nothing in it hints at what another file does with `p.os` (scan policy §10.3).
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { kindFlags, Token } from '../syntax/token.ts';
import type { ImportedName } from './file-analysis.ts';
import { globalScope } from './import-list.ts';

/** Aliases of aliases are followed this far, in order of the file. */
const aliasesMax = 1000;

export function aliasesOf(
  imports: readonly ImportedName[],
  names: TokenNames,
  lines: LogicalLines,
  lineOf: (offset: number) => number,
): ImportedName[] {
  const { tokens } = names;
  const aliases: ImportedName[] = [];
  if (imports.length === 0) return aliases;
  const byName = Map.groupBy(imports, ({ name }) => name);
  let isGlobal: ReturnType<typeof globalScope> | undefined;
  let at = 0;
  for (const index of tokens.ofKinds(operators)) {
    if (aliases.length >= aliasesMax) break;
    const target = targetBefore(names, index) ?? annotatedTarget(names, lines, index);
    if (target === undefined) continue;
    const [root, ...members] = pathAt(names, index + 1) ?? [];
    const name = names.name(target);
    const known = root === undefined || root === name ? undefined : byName.get(root);
    if (!known) continue;
    while (lines.newline(at) < index) at += 1;
    isGlobal ??= globalScope(names, lines);
    if (!isGlobal(at, name)) continue;
    const line = lineOf(tokens.start(target));
    const found = known.map((from) => ({ ...memberOf(from, members), name, line }));
    aliases.push(...found);
    byName.set(name, [...(byName.get(name) ?? []), ...found]);
  }
  return aliases;
}

const operators = kindFlags(Token.equals, Token.walrus);

/** Returns the name that `=` or `:=` binds, also in `p: T = …` with a plain `T`. Keyword arguments bind nothing. */
function targetBefore({ tokens }: TokenNames, operator: number): number | undefined {
  if (tokens.kind(operator - 1) !== Token.name) return undefined;
  if (tokens.kind(operator) === Token.walrus) return operator - 1;
  const before = tokens.kind(operator - 2);
  const isAnnotated = before === Token.colon && tokens.kind(operator - 3) === Token.name;
  if (isAnnotated && statementStarts.has(tokens.kind(operator - 4))) return operator - 3;
  return operator === 1 || before === Token.equals || statementStarts.has(before) ? operator - 1 : undefined;
}

/** Returns the name of a line such as `p: list[T] = …`, whatever its annotation is. */
function annotatedTarget({ tokens }: TokenNames, lines: LogicalLines, operator: number): number | undefined {
  const first = lines.first(lines.lineOf(operator));
  return tokens.kind(first) === Token.name && tokens.kind(first + 1) === Token.colon ? first : undefined;
}

const statementStarts: ReadonlySet<number> = new Set([
  Token.newline,
  Token.semicolon,
  Token.colon,
  Token.indent,
  Token.dedent,
]);

/** Returns the parts of the dotted name that is the whole value, after further targets: `a = b = (os.path)`, `a = (b := os.path)`. */
function pathAt(names: TokenNames, start: number): string[] | undefined {
  const { tokens } = names;
  let at = start;
  for (let skipped = 1; skipped > 0; at += skipped) skipped = targetLength(names, at);
  const path: string[] = [];
  for (; tokens.kind(at) === Token.name; at += 2) {
    path.push(names.name(at));
    if (tokens.kind(at + 1) !== Token.dot) break;
  }
  at += 1;
  while (tokens.kind(at) === Token.closeParenthesis) at += 1;
  return valueEnds.has(tokens.kind(at)) ? path : undefined;
}

/** Returns the number of tokens that come before a value here, but are not part of it: an opening parenthesis, `b =`, `b :=`. */
function targetLength({ tokens }: TokenNames, at: number): number {
  if (tokens.kind(at) === Token.openParenthesis) return 1;
  const after = tokens.kind(at + 1);
  return tokens.kind(at) === Token.name && (after === Token.equals || after === Token.walrus) ? 2 : 0;
}

const valueEnds: ReadonlySet<number> = new Set([Token.newline, Token.semicolon, Token.colon, Token.end]);

function memberOf(
  { member, module }: ImportedName,
  members: readonly string[],
): Pick<ImportedName, 'module' | 'member'> {
  const path = [...(member === undefined ? [] : [member]), ...members];
  const last = path.at(-1);
  if (last === undefined) return { module };
  const owner = path.slice(0, -1).reduce((at, part) => (at.endsWith('.') ? at + part : `${at}.${part}`), module);
  return { module: owner, member: last };
}
