// Finds, from tokens, the builtins that normally only inspect their arguments but that a file binds to something else, which may return
// them (scan policy §3.1, §10.15). Ignores scopes and branches, so it overapproximates.
import { bracketStep, kindFlags, Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { startsWith } from './statement-reader.ts';
import type { TokenNames } from './token-names.ts';

/** Builtins that neither keep their arguments nor pass them on. */
export const builtinsThatRetainNothing: ReadonlySet<string> = new Set([
  ...['bool', 'callable', 'dir', 'getattr', 'hasattr', 'id', 'isinstance', 'issubclass', 'len'],
  ...['print', 'repr', 'str', 'type', 'vars'],
]);

/** Builtins that inspect or change the module given as their first argument, or take a name from it. */
export const inspectors: ReadonlySet<string> = new Set([
  ...['bool', 'callable', 'delattr', 'dir', 'getattr', 'hasattr', 'id', 'isinstance'],
  ...['print', 'repr', 'setattr', 'str', 'type'],
]);

const watched: ReadonlySet<string> = new Set([...builtinsThatRetainNothing, ...inspectors]);

/** Reads the file once, when it is first queried. */
export class ReboundBuiltins {
  private readonly names: TokenNames;
  private readonly lines: LogicalLines;
  private rebound: ReadonlySet<string> | undefined;

  constructor(names: TokenNames, lines: LogicalLines) {
    this.names = names;
    this.lines = lines;
  }

  /** Returns whether the name, which must be one of the builtins above, may be something else in this file. */
  has(name: string): boolean {
    this.rebound ??= this.read();
    return this.rebound.has(name);
  }

  private read(): Set<string> {
    const { lines, names } = this;
    const rebound = new Set<string>();
    const semicolons = names.tokens.ofKinds(separators);
    let passed = 0;
    let start = -1;
    let statement: StatementPlace | undefined;
    for (const at of names.mentionsOf(watched)) {
      if (names.isAttribute(at)) continue;
      while ((semicolons[passed] ?? at) < at) passed += 1;
      const line = lines.lineOf(at);
      const startsAt = Math.max(lines.first(line), (semicolons[passed - 1] ?? -1) + 1);
      if (!statement || startsAt !== start) statement = new StatementPlace(names, startsAt, lines.newline(line));
      start = startsAt;
      if (statement.binds(at)) rebound.add(names.name(at));
    }
    return rebound;
  }
}

/** A statement whose names are checked in order. */
class StatementPlace {
  private readonly names: TokenNames;
  private readonly isImport: boolean;
  private readonly isFunction: boolean;
  private readonly isCase: boolean;
  private readonly mayBeAnnotated: boolean;
  private readonly start: number;
  /** The last `=` outside brackets. */
  private lastEquals = -1;
  private at: number;
  private depth = 0;
  private isAnnotation = false;
  private seen: Record<'as' | 'for' | 'lambda', boolean> = { as: false, for: false, lambda: false };

  constructor(names: TokenNames, start: number, end: number) {
    const { tokens } = names;
    this.names = names;
    this.start = start;
    this.at = start;
    const kind = tokens.kind(start);
    this.isImport = importing[kind] === 1;
    this.isFunction = functions[kind] === 1;
    this.isCase = startsWith(names, start, 'case');
    this.mayBeAnnotated = kind === Token.name || kind === Token.openParenthesis;
    let depth = 0;
    for (let at = start; at < end && tokens.kind(at) !== Token.semicolon; at += 1) {
      depth += bracketStep(tokens.kind(at));
      if (depth === 0 && tokens.kind(at) === Token.equals) this.lastEquals = at;
    }
  }

  /** Returns whether the name may get a value here. Call it in token order. */
  binds(name: number): boolean {
    this.passUntil(name);
    const { depth, isAnnotation, names, seen } = this;
    const before = names.tokens.kind(name - 1);
    const after = names.tokens.kind(name + 1);
    if (this.isImport || binders[before] === 1 || after === Token.walrus || seen.for) return true;
    if (after === Token.openParenthesis || isAnnotation) return false;
    if (this.isCase || seen.as) return true;
    if (after === Token.equals) return depth === 0 || this.isFunction || seen.lambda;
    if (name === this.start && after === Token.colon) return true;
    if (listed[before] === 1 && ((this.isFunction && depth === 1) || seen.lambda)) return true;
    return name < this.lastEquals && (listed[before] === 1 || listed[after] === 1);
  }

  private passUntil(name: number): void {
    const { tokens } = this.names;
    for (; this.at < name; this.at += 1) {
      const kind = tokens.kind(this.at);
      this.depth += bracketStep(kind);
      if (kind === Token.for) this.seen.for = true;
      else if (kind === Token.in) this.seen.for = false;
      else if (kind === Token.as) this.seen.as = true;
      else if (kind === Token.lambda) this.seen.lambda = true;
      else if (kind === Token.colon && this.depth === 0) this.isAnnotation = this.mayBeAnnotated && !this.isCase;
      else if (kind === Token.equals && this.depth === 0) this.isAnnotation = false;
    }
  }
}

const separators = kindFlags(Token.semicolon);
const importing = kindFlags(Token.import, Token.from);
const functions = kindFlags(Token.def, Token.async);
const binders = kindFlags(Token.del, Token.global, Token.nonlocal, Token.for, Token.as, Token.def, Token.class);
/** Tokens before and after an item in a list of targets or parameters. */
const listed = kindFlags(
  Token.openParenthesis,
  Token.openBracket,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.comma,
  Token.star,
  Token.doubleStar,
  Token.lambda,
);
