// Reads a statement's tokens as the names that it mentions and those that it assigns (scan policy §10.7). An attribute is named with
// its dot, a keyword argument with an equals sign, a function's call arguments as `f(`, and its results as `f()`.
import { bracketStep, closing, kindFlags, opening, Token, type Tokens } from '../syntax/token.ts';
import { KeyForm, type TokenNames } from './token-names.ts';

export class Statement {
  names: string[] = [];
  /** Imported names that are subscripted. The items of outside objects aren't modules. */
  readonly opened: string[] = [];
  targets: string[] = [];
  /** Targets of `=`, which are local names of the function around the statement. */
  readonly assigned: string[] = [];
  returns = false;
  /** True if there is a lambda. The targets may then be functions that return the mentioned names. */
  makesFunctions = false;
}

/** The parameters of all functions, for calls whose callee has no name, and for the subjects of `match`. */
export const anyParameters = '*(';
export const subject = '*match';

/** Stands for an import's target. */
export const alwaysHeld = '*import';

export class StatementReader {
  /** Names bound by `global`, `nonlocal` or an import in a function. They mean the same in all functions. */
  readonly shared = new Set<string>();
  private readonly names: TokenNames;
  private readonly tokens: Tokens;
  private readonly imported: ReadonlySet<string>;

  /** `imported` has the names bound by imports from outside the plugin. */
  constructor(names: TokenNames, imported: ReadonlySet<string>) {
    this.names = names;
    this.tokens = names.tokens;
    this.imported = imported;
  }

  /**
   * Reads the tokens of a statement or of a part of one. The inside of a call is a statement of its own, because the call's result is
   * the function's. The first statement returned is the outermost.
   */
  read(from: number, to: number): [Statement, ...Statement[]] {
    const { tokens } = this;
    const outermost = new Statement();
    const statements: [Statement, ...Statement[]] = [outermost];
    const isCase = startsWith(this.names, from, 'case');
    if (isCase) outermost.names.push(subject);
    /** Statements around the token: one for each bracket's content. */
    const open: Statement[] = [];
    let current = outermost;
    /** Names that become targets if `=` follows at the top level. */
    let pending: number[] = [];
    let isTarget = isCase;
    let isShared = false;
    for (let at = from; at < to; at += 1) {
      const kind = tokens.kind(at);
      if (opening[kind] === 1) {
        open.push(current);
        if (operandEnds[tokens.kind(at - 1)] === 1 && at > from) {
          current = new Statement();
          if (kind === Token.openParenthesis) current.targets.push(this.calleeBefore(at));
          statements.push(current);
        }
      } else if (closing[kind] === 1) {
        current = open.pop() ?? outermost;
      }
      const isTop = open.length === 0;
      if (kind === Token.for || kind === Token.lambda) isTarget = true;
      else if (targetStops[kind] === 1) isTarget = isCase && !isTop;
      if (kind === Token.return || kind === Token.yield) current.returns = true;
      if (kind === Token.lambda) {
        current.makesFunctions = true;
        current.names.push(anyParameters);
      }
      if (sharing[kind] === 1 || kind === Token.semicolon) isShared = kind !== Token.semicolon;
      if (isTop && kind === Token.colon && isAnnotated(tokens, from, at)) {
        at = annotationEnd(tokens, at, to) - 1;
      } else if (isTop && statementParts[kind] === 1) {
        for (const item of pending) (kind === Token.equals ? outermost.assigned : outermost.names).push(this.key(item));
        pending = [];
      }
      if (kind !== Token.name) continue;
      const after = tokens.kind(at + 1);
      if (isShared) this.shared.add(this.names.name(at));
      if (after === Token.equals && !isTop && !isTarget) current.targets.push(this.names.key(at, KeyForm.keyword));
      else if (isTarget || after === Token.walrus) current.targets.push(this.key(at));
      else if (current === outermost && targetEnds[tokens.kind(this.chainEnd(at, to) + 1)] === 1)
        at = this.readPending(at, { pending, names: current.names, to });
      else at = this.readMention(at, current, to);
    }
    for (const mention of pending) outermost.names.push(this.key(mention));
    return statements;
  }

  /** Returns the name for what is in the parentheses: `f(` for `f(…)` and `f[…](…)`, `f()(` for `f(…)(…)`. */
  private calleeBefore(open: number): string {
    const { names, tokens } = this;
    let at = open - 1;
    let isResult = false;
    for (let depth = 0; at > 0; at -= 1) {
      const kind = tokens.kind(at);
      depth -= bracketStep(kind);
      if (depth > 0) continue;
      if (opening[kind] !== 1) break;
      isResult ||= kind === Token.openParenthesis;
    }
    if (tokens.kind(at) !== Token.name) return anyParameters;
    const [own, attribute] = isResult ? resultPassed : passed;
    return names.key(at, names.isAttribute(at) ? attribute : own);
  }

  /** Reads an import in a class body, which binds class attributes. */
  importedFields(from: number, to: number): Statement {
    const statement = new Statement();
    statement.names.push(alwaysHeld);
    for (let at = from; at < to; at += 1)
      if (this.tokens.kind(at) === Token.name) statement.targets.push(this.names.key(at, KeyForm.attribute));
    return statement;
  }

  /** Returns the name, or for an attribute the name with its dot. */
  private key(at: number): string {
    return this.names.isAttribute(at) ? this.names.key(at, KeyForm.attribute) : this.names.name(at);
  }

  /** Returns the token of the last name in `a.b.c`. */
  private chainEnd(at: number, to: number): number {
    const { tokens } = this;
    let last = at;
    while (last + 2 < to && tokens.kind(last + 1) === Token.dot && tokens.kind(last + 2) === Token.name) last += 2;
    return last;
  }

  /** Reads a name whose last attribute may turn out to be a target, depending on a later `=`. Returns the last token read. */
  private readPending(at: number, { names, pending, to }: { pending: number[]; names: string[]; to: number }): number {
    const last = this.chainEnd(at, to);
    for (let part = at; part < last; part += 2) names.push(this.key(part));
    pending.push(last);
    return last;
  }

  /** Reads a name that is used, with its attributes. Returns the last token read. */
  readMention(at: number, statement: Statement, to: number): number {
    const { names, tokens } = this;
    const last = this.chainEnd(at, to);
    const after = last + 1 < to ? tokens.kind(last + 1) : Token.end;
    const isOpened = after === Token.openParenthesis || after === Token.openBracket;
    if (isOpened)
      statement.names.push(names.key(last, names.isAttribute(last) ? KeyForm.attributeResult : KeyForm.result));
    const isImporter = isOpened && this.mentionsImporter(at, last);
    // The results of an outside module's functions aren't modules.
    if (after === Token.openParenthesis && !isImporter) return last;
    for (let part = at; part <= last; part += 2) {
      const key = this.key(part);
      if (after === Token.openBracket && !isImporter && this.imported.has(key)) statement.opened.push(key);
      else statement.names.push(key);
    }
    return last;
  }

  private mentionsImporter(from: number, last: number): boolean {
    for (let part = from; part <= last; part += 2) if (importers.has(this.key(part))) return true;
    return false;
  }
}

const passed = [KeyForm.passed, KeyForm.attributePassed] as const;
const resultPassed = [KeyForm.resultPassed, KeyForm.attributeResultPassed] as const;

/** Names whose results and items may be modules. */
const importers: ReadonlySet<string> = new Set([
  '__import__',
  ...['modules', 'get', 'pop', 'setdefault', '__getitem__', 'import_module', '__import__'].map((name) => `.${name}`),
]);

/** Returns whether the statement starts with the word as a keyword. It does unless the word is the whole target or callee. */
export function startsWith(names: TokenNames, at: number, word: string): boolean {
  return names.tokens.kind(at) === Token.name && names.name(at) === word;
}

/** Returns whether the colon follows an annotated assignment's target: `x: T`, `self.x: T`. */
function isAnnotated(tokens: Tokens, from: number, colon: number): boolean {
  for (let at = colon - 1; at >= from; at -= 2)
    if (tokens.kind(at) !== Token.name || (at > from && tokens.kind(at - 1) !== Token.dot)) return false;
  return true;
}

function annotationEnd(tokens: Tokens, colon: number, to: number): number {
  let at = colon + 1;
  while (at < to && tokens.kind(at) !== Token.equals) at += 1;
  return at;
}

/** Tokens before a bracket that calls or subscripts. */
export const operandEnds = kindFlags(
  Token.name,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
  Token.string,
);
/** Tokens after the targets of `for`, a lambda or a pattern. */
const targetStops = kindFlags(Token.in, Token.colon, Token.equals);
/** Tokens after which names can no longer be targets of a later `=`. */
const statementParts = kindFlags(Token.equals, Token.colon, Token.semicolon);
/** Tokens before a parameter. */
export const parameterStarts = kindFlags(Token.openParenthesis, Token.comma, Token.star, Token.doubleStar);
/** Tokens before names that functions may share. */
const sharing = kindFlags(Token.import, Token.global, Token.nonlocal);
/** Tokens after a target: of an assignment, or an item in a list of targets. */
const targetEnds = kindFlags(
  Token.equals,
  Token.comma,
  Token.colon,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.semicolon,
);
