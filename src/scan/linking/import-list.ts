// Reads all of a file's imports and their aliases from its tokens, without a tree. Most files aren't parsed, but other files may still
// import from them.
import { rootModule } from '../policy/listed-modules.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';
import type { ImportedName } from './file-analysis.ts';

export interface Import {
  /** The bound name and its token; for a star import, the star and its token. */
  name: string;
  token: number;
  /** Module as written, with its leading dots. */
  module: string;
  member?: string;
  isStar: boolean;
  /** True if the name belongs to the module rather than a function or class. */
  isGlobal: boolean;
}

/** Lists the imports. `words` has the lexer's watched tokens, which include every `import` and `from`. */
export function listImports(words: readonly number[], names: TokenNames, lines: LogicalLines): Import[] {
  const { tokens } = names;
  const starts = importStarts(words, tokens);
  if (starts.length === 0) return [];
  const reader = new ImportReader(names);
  const isGlobal = globalScope(names, lines);
  let line = 0;
  return starts.flatMap((start) => {
    while (lines.newline(line) < start) line += 1;
    return reader.read(start).map((found) => ({ ...found, isGlobal: isGlobal(line, found.name) }));
  });
}

/** Returns the watched tokens that start import statements. `from` also follows `yield` and `raise x`, which don't count. */
export function importStarts(words: readonly number[], tokens: Tokens): number[] {
  return words.filter((index) => {
    const kind = tokens.kind(index);
    const startsStatement = index === 0 || statementStarts[tokens.kind(index - 1)] === 1;
    return startsStatement && (kind === Token.import || kind === Token.from);
  });
}

const statementStarts = kindFlags(Token.newline, Token.semicolon, Token.colon, Token.indent, Token.dedent);

type Found = Omit<Import, 'isGlobal'>;

class ImportReader {
  private readonly names: TokenNames;
  private readonly tokens: Tokens;
  private at = 0;

  constructor(names: TokenNames) {
    this.names = names;
    this.tokens = names.tokens;
  }

  read(start: number): Found[] {
    this.at = start + 1;
    return this.tokens.kind(start) === Token.import ? this.modules() : this.members();
  }

  private modules(): Found[] {
    const found: Found[] = [];
    do {
      const token = this.at;
      const module = this.dottedName();
      const alias = this.alias();
      const name = alias ?? rootModule(module);
      found.push({
        name,
        token: alias === undefined ? token : this.at - 1,
        module: alias === undefined ? name : module,
        isStar: false,
      });
    } while (this.take(Token.comma));
    return found;
  }

  private members(): Found[] {
    let dots = '';
    for (; this.tokens.kind(this.at) === Token.dot || this.tokens.kind(this.at) === Token.ellipsis; this.at += 1)
      dots += this.names.source(this.at);
    const module = dots + (this.tokens.kind(this.at) === Token.name ? this.dottedName() : '');
    this.take(Token.import);
    if (this.tokens.kind(this.at) === Token.star) return [{ name: '*', token: this.at, module, isStar: true }];
    this.take(Token.openParenthesis);
    const found: Found[] = [];
    do {
      if (this.tokens.kind(this.at) !== Token.name) break;
      const member = this.names.name(this.at);
      this.at += 1;
      const name = this.alias() ?? member;
      found.push({ name, token: this.at - 1, module, member, isStar: false });
    } while (this.take(Token.comma));
    return found;
  }

  private dottedName(): string {
    const parts: string[] = [];
    do {
      parts.push(this.names.name(this.at));
      this.at += 1;
    } while (this.take(Token.dot));
    return parts.join('.');
  }

  private alias(): string | undefined {
    if (!this.take(Token.as)) return undefined;
    this.at += 1;
    return this.names.name(this.at - 1);
  }

  private take(kind: number): boolean {
    if (this.tokens.kind(this.at) !== kind) return false;
    this.at += 1;
    return true;
  }
}

/** Returns a predicate for lines that bind names in the module, because they are outside functions and classes or under `global`. */
function globalScope(names: TokenNames, lines: LogicalLines): (line: number, name: string) => boolean {
  const isNested = nestedLines(lines);
  const globals = globalNames(names);
  return (line, name) => isNested[line] !== 1 || globals.has(name);
}

/** Flags the lines that are inside a function or class, or define one in a single line. */
function nestedLines(lines: LogicalLines): Uint8Array {
  const flags = new Uint8Array(lines.count);
  let outermost = Number.POSITIVE_INFINITY;
  for (let line = 0; line < lines.count; line += 1) {
    const depth = lines.depth(line);
    const definesScope = scopeKeywords[lines.tokens.kind(lines.keyword(line))] === 1;
    if (depth <= outermost) outermost = definesScope ? depth : Number.POSITIVE_INFINITY;
    if (outermost !== Number.POSITIVE_INFINITY) flags[line] = 1;
  }
  return flags;
}

const scopeKeywords = kindFlags(Token.def, Token.class);
const globalStatement = kindFlags(Token.global);

/** Returns the names in `global` statements. */
function globalNames(names: TokenNames): Set<string> {
  const { tokens } = names;
  const found = new Set<string>();
  for (const index of tokens.ofKinds(globalStatement)) {
    for (let at = index + 1; tokens.kind(at) === Token.name || tokens.kind(at) === Token.comma; at += 1)
      if (tokens.kind(at) === Token.name) found.add(names.name(at));
  }
  return found;
}

/** Maximum aliases of aliases to follow, in file order. */
const aliasesMax = 1000;

export function findImportAliases(
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
  if (isAnnotated && statementStarts[tokens.kind(operator - 4)] === 1) return operator - 3;
  return operator === 1 || before === Token.equals || statementStarts[before] === 1 ? operator - 1 : undefined;
}

/** Returns the name in a line such as `p: list[T] = …`, whatever its annotation is. */
function annotatedTarget({ tokens }: TokenNames, lines: LogicalLines, operator: number): number | undefined {
  const first = lines.first(lines.lineOf(operator));
  return tokens.kind(first) === Token.name && tokens.kind(first + 1) === Token.colon ? first : undefined;
}

/**
 * Returns the parts of the dotted name that is the whole value, after any further targets: `a = b = (os.path)`, `a = (b := os.path)`.
 */
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

/** Returns how many tokens before a value aren't part of it: an opening parenthesis, `b =`, `b :=`. */
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
