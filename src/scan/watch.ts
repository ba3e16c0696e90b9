// Which tokens of a file must be read, in the statements that they are in: those that the policy watches wherever they stand, and
// those of the names that what has been read leads to. Reading is done again when a name was asked for that had not been watched.
import { deepLines } from './deep-lines.ts';
import type { LogicalLines } from './logical-lines.ts';
import type { ScanPolicy } from './policy.ts';
import type { Lexed } from './syntax/lexer.ts';
import { Token, type Tokens } from './syntax/token.ts';
import { normalizedName } from './syntax-tree.ts';
import { Role } from './watched-words.ts';

/** So often more is read, and so much of the file's tokens in all, before the whole file is. */
const roundsMax = 4;
const shareMax = 0.5;
const tokensMin = 5000;

export interface Selection {
  /** Ascending. */
  tokens: readonly number[];
  /** For each logical line, whether it is to be read. */
  lines: Uint8Array;
}

export class Watch {
  private readonly text: string;
  private readonly lexed: Lexed;
  private readonly lines: LogicalLines;
  private readonly policy: ScanPolicy;
  private readonly constant: readonly number[];
  private readonly names = new Set<string>();
  private readonly attributes = new Set<string>();
  /** The lines that have been read. */
  private read: Uint8Array | undefined;
  private rounds = 0;
  private tokensRead = 0;
  private whole = false;
  private asked = false;

  constructor(text: string, lexed: Lexed, lines: LogicalLines, policy: ScanPolicy) {
    this.text = text;
    this.lexed = lexed;
    this.lines = lines;
    this.policy = policy;
    this.constant = ascending([...this.watchedTokens(), ...deepLines(lines)]);
  }

  /** Whether every mention of the name that may bind it or lead on from it is read; if not, it will be. */
  sees(name: string): boolean {
    const watched = (this.policy.watched.roleOf(name) & (Role.module | Role.name)) !== 0;
    return this.whole || watched || this.has(this.names, name);
  }

  /** The same for attributes of any object. */
  seesAttribute(name: string): boolean {
    const watched = (this.policy.watched.roleOf(name) & Role.attribute) !== 0;
    return this.whole || watched || this.has(this.attributes, name);
  }

  private has(names: Set<string>, name: string): boolean {
    if (names.has(name)) return true;
    names.add(name);
    this.asked = true;
    return false;
  }

  /** Whether there is nothing at all to read. */
  get isIdle(): boolean {
    return this.constant.length === 0;
  }

  askForAll(): void {
    if (this.whole) return;
    this.asked = true;
    this.rounds = roundsMax;
  }

  get isWhole(): boolean {
    return this.whole;
  }

  /** Whether something was asked for since the last selection. */
  get missed(): boolean {
    return this.asked;
  }

  /** What is to be read now; undefined when all of it has been. */
  select(): Selection | undefined {
    const { attributes, constant, lines, names, read } = this;
    this.asked = false;
    const tokens = names.size + attributes.size === 0 ? constant : ascending([...constant, ...this.mentions()]);
    const flags = lines.holding(tokens);
    const isKnown = read?.every((flag, line) => flag === 1 || flags[line] === 0) ?? false;
    if (isKnown && this.rounds < roundsMax) return undefined;
    this.tokensRead += lines.size(flags);
    this.whole = this.rounds >= roundsMax || this.tokensRead > Math.max(tokensMin, lines.tokens.size * shareMax);
    this.rounds += 1;
    if (this.whole) flags.fill(1);
    this.read = flags;
    return { tokens, lines: flags };
  }

  private *mentions(): Generator<number> {
    const { tokens } = this.lexed;
    for (let index = 0; index < tokens.size; index += 1) {
      if (tokens.kind(index) !== Token.name) continue;
      const isAttribute = tokens.kind(index - 1) === Token.dot;
      if (isAttribute && this.attributes.size === 0) continue;
      const name = this.nameAt(index);
      if (isAttribute ? this.attributes.has(name) : this.names.has(name) && this.mayMatter(index)) yield index;
    }
  }

  /** Not where an attribute is loaded of the name that leads nowhere. */
  private mayMatter(index: number): boolean {
    const member = this.memberAt(index);
    return member === undefined || this.policy.watched.mayLeadOn(member);
  }

  private *watchedTokens(): Generator<number> {
    const { tokens, watched } = this.lexed;
    const { policy } = this;
    let importEnd = 0;
    for (const index of watched) {
      const kind = tokens.kind(index);
      if (kind === Token.import || kind === Token.from) {
        if (index >= importEnd) importEnd = statementEnd(tokens, index);
        if (kind === Token.import && policy.readsImports) yield index;
      } else if (kind === Token.star || this.isWatched(index, index < importEnd)) {
        yield index;
      }
    }
  }

  private isWatched(index: number, inImport: boolean): boolean {
    const { watched } = this.policy;
    const { tokens } = this.lexed;
    const name = this.nameAt(index);
    const role = watched.roleOf(name);
    if (tokens.kind(index - 1) === Token.dot) return (role & Role.attribute) !== 0;
    if ((role & Role.name) !== 0) return name !== 'getattr' || this.getattrMatters(index);
    if (inImport) return (role & (Role.module | Role.imported)) !== 0;
    if ((role & Role.module) === 0) return false;
    const member = this.memberAt(index);
    return member === undefined || watched.leadsOn(name, member);
  }

  /** Not where it is called with a name, written out, that leads nowhere. */
  private getattrMatters(index: number): boolean {
    const { tokens } = this.lexed;
    const isDefined = tokens.kind(index - 1) === Token.def || tokens.kind(index - 1) === Token.class;
    if (isDefined || tokens.kind(index + 1) !== Token.openParenthesis) return true;
    const key = secondArgument(tokens, index + 2);
    const after = tokens.kind(key + 1);
    const isLiteral = tokens.kind(key) === Token.string && (after === Token.comma || after === Token.closeParenthesis);
    if (!isLiteral) return true;
    const name = /^(["'])(\w*)\1$/.exec(this.text.slice(tokens.start(key), tokens.finish(key)))?.[2];
    return name === undefined || this.policy.watched.mayLeadOn(name);
  }

  /** `member` of `name.member`. */
  private memberAt(index: number): string | undefined {
    const { tokens } = this.lexed;
    const isLoaded = tokens.kind(index + 1) === Token.dot && tokens.kind(index + 2) === Token.name;
    return isLoaded ? this.nameAt(index + 2) : undefined;
  }

  private nameAt(index: number): string {
    const { tokens } = this.lexed;
    return normalizedName(this.text.slice(tokens.start(index), tokens.finish(index)));
  }
}

/** The first token of the second argument; `start` is that of the first. */
function secondArgument(tokens: Tokens, start: number): number {
  let open = 0;
  for (let index = start; open >= 0; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.comma && open === 0) return index + 1;
    open += nesting[kind] ?? 0;
    if (kind === Token.end) break;
  }
  return tokens.size;
}

const nesting = new Int8Array(128);
for (const kind of [Token.openParenthesis, Token.openBracket, Token.openBrace]) nesting[kind] = 1;
for (const kind of [Token.closeParenthesis, Token.closeBracket, Token.closeBrace]) nesting[kind] = -1;

/** The token that ends the simple statement. */
function statementEnd(tokens: Tokens, start: number): number {
  let index = start;
  while (!statementEnds.has(tokens.kind(index))) index += 1;
  return index;
}

const statementEnds: ReadonlySet<number> = new Set([Token.newline, Token.semicolon, Token.end]);

function ascending(indexes: readonly number[]): number[] {
  return [...new Set(indexes)].sort((a, b) => a - b);
}
