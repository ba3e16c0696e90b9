// Finds, from tokens, the modules and lookup functions that a file uses as values: passes on, returns, or puts into something. These
// must then be followed through the whole file (scan policy §10.15).
import { standardSubmodules } from '../policy/listed-modules.ts';
import { bracketStep, kindFlags, opening, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { NamesAround } from './names-around.ts';
import { inspectors, type ReboundBuiltins } from './rebound-builtins.ts';
import { operandEnds } from './statement-reader.ts';
import type { TokenNames } from './token-names.ts';

/** Lookup functions that code usually calls where it names them. */
export const lookupFunctions: ReadonlySet<string> = new Set(['getattr', 'attrgetter', 'methodcaller']);

/** Returns the module paths and function names that the file uses as values. */
export function findModulesAsValues(
  names: TokenNames,
  lines: LogicalLines,
  { modules, rebound }: { modules: ReadonlyMap<string, ReadonlySet<string>>; rebound: ReboundBuiltins },
): Set<string> {
  const used = new Set<string>();
  const around = new NamesAround(names, lines);
  let line = 0;
  around.enter(line);
  for (const token of valuesAmong(names, lines, { modules, rebound })) {
    for (const at = lines.lineOf(token); line < at; ) {
      line += 1;
      around.enter(line);
    }
    const name = names.name(token);
    if (!around.isDeclared(token) && !around.hides(name))
      for (const path of modules.get(name) ?? [name]) used.add(path);
  }
  return used;
}

/** Returns the first tokens of modules that are used as values, ascending. Statements may bind names to them: `p: Any = os.path`. */
export function findModuleValues(
  names: TokenNames,
  lines: LogicalLines,
  modules: ReadonlyMap<string, ReadonlySet<string>>,
): number[] {
  const { tokens } = names;
  return names.mentionsOf(modules.keys()).filter((token) => {
    const last = names.isAttribute(token) ? undefined : lastOfModule(names, token, modules.get(names.name(token)));
    if (last === undefined || usersAfter[tokens.kind(last + 1)] === 1 || comparing[tokens.kind(token - 1)] === 1)
      return false;
    return importing[tokens.kind(lines.first(lines.lineOf(token)))] !== 1;
  });
}

/** Returns where modules and lookup functions are used as values, whatever the functions around them bind. Ascending. */
function valuesAmong(
  names: TokenNames,
  lines: LogicalLines,
  { modules, rebound }: { modules: ReadonlyMap<string, ReadonlySet<string>>; rebound: ReboundBuiltins },
): number[] {
  const { tokens } = names;
  let first = -1;
  let place = new Place(tokens, 0);
  return names.mentionsOf(new Set([...modules.keys(), ...lookupFunctions])).filter((token) => {
    const start = lines.first(lines.lineOf(token));
    if (importing[tokens.kind(start)] === 1) return false;
    if (start !== first) place = new Place(tokens, start);
    first = start;
    place.passTo(token);
    if (names.isAttribute(token)) return false;
    const last = lastOfModule(names, token, modules.get(names.name(token)));
    const isAnnotated = token === first && tokens.kind(token + 1) === Token.colon;
    return last !== undefined && !isAnnotated && isValue(names, { first: token, last, place, rebound });
  });
}

/** Returns the last token of a path such as `asyncio.base_events`; undefined if a name follows that isn't a module. */
function lastOfModule(names: TokenNames, first: number, modules: ReadonlySet<string> | undefined): number | undefined {
  let last = first;
  let paths = [...(modules ?? [])];
  for (let member = names.memberAfter(last); member !== undefined; member = names.memberAfter(last)) {
    paths = paths.map((path) => `${path}.${member}`).filter((path) => standardSubmodules.has(path));
    if (paths.length === 0) return undefined;
    last += 2;
  }
  return last;
}

/** Where in its statement a token is. */
class Place {
  private readonly tokens: Tokens;
  private at: number;
  private depth = 0;
  /** True if a call or subscript surrounds the token. */
  private isPassed = false;
  private readonly isDeleting: boolean;
  private isTesting: boolean;

  constructor(tokens: Tokens, first: number) {
    this.tokens = tokens;
    this.at = first;
    this.isTesting = tested[tokens.kind(first)] === 1;
    this.isDeleting = tokens.kind(first) === Token.del;
  }

  /** Moves to a later token of the line. */
  passTo(token: number): void {
    const { tokens } = this;
    for (; this.at <= token; this.at += 1) {
      const kind = tokens.kind(this.at);
      this.depth += bracketStep(kind);
      this.isPassed ||= opening[kind] === 1 && operandEnds[tokens.kind(this.at - 1)] === 1;
      if (this.depth === 0 && kind === Token.colon) this.isTesting = false;
    }
  }

  /** True if a name here, between `and` and `or`, is only tested. */
  get isCondition(): boolean {
    return this.isTesting && this.depth === 0;
  }

  /** True if a name here is a target of `del`. */
  get isDeleted(): boolean {
    return this.isDeleting && !this.isPassed;
  }
}

interface NameUse {
  first: number;
  last: number;
  place: Place;
  rebound: ReboundBuiltins;
}

/** Returns whether the name is used as a value, and not only called, bound, compared or tested. */
function isValue(names: TokenNames, { first, last, place, rebound }: NameUse): boolean {
  const { tokens } = names;
  const before = tokens.kind(first - 1);
  const after = tokens.kind(last + 1);
  const callee = first - 2;
  const isInspected =
    before === Token.openParenthesis &&
    inspectors.has(names.name(callee)) &&
    !names.isAttribute(callee) &&
    !rebound.has(names.name(callee));
  if (isInspected || place.isDeleted || binders[before] === 1 || comparing[before] === 1 || usersAfter[after] === 1)
    return false;
  const isTested = tests[before] === 1 || (place.isCondition && joining[before] === 1);
  return !(isTested && testEnds[after] === 1);
}

const importing = kindFlags(Token.import, Token.from);
const binders = kindFlags(
  Token.del,
  Token.global,
  Token.nonlocal,
  Token.for,
  Token.as,
  Token.def,
  Token.class,
  Token.import,
);
/** Leaves out `in`, which also follows the target in `for p in os.path,`. Nothing is `in` a module anyway. */
const comparing = kindFlags(Token.is, Token.comparison);
/** A module is always true, so `module and value` evaluates to the value. */
const usersAfter = kindFlags(
  Token.openParenthesis,
  Token.openBracket,
  Token.equals,
  Token.is,
  Token.in,
  Token.comparison,
  Token.dot,
  Token.and,
);
const tests = kindFlags(Token.if, Token.elif, Token.while, Token.not, Token.assert);
const testEnds = kindFlags(Token.colon, Token.newline, Token.or, Token.else, Token.closeParenthesis);
const tested = kindFlags(Token.if, Token.elif, Token.while);
const joining = kindFlags(Token.and, Token.or);
