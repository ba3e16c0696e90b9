// Tells by its tokens which modules, and functions that look up names, a file uses as values: passes them on, returns them, or puts
// them into something. What happens to them then must be followed through the whole file (scan policy §10.15).
import { standardSubmodules } from '../policy/standard-submodules.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { NamesAround } from './names-around.ts';
import { inspectors, type ReboundBuiltins } from './rebound-builtins.ts';
import { closing, opening, operandEnds } from './statement-reader.ts';
import type { TokenNames } from './token-names.ts';

/** Functions that look up names, and that code usually calls where it names them. */
export const lookupFunctions: ReadonlySet<string> = new Set(['getattr', 'attrgetter', 'methodcaller']);

/** Returns the paths of the modules, and the names of the functions, that the file uses as values. */
export function modulesAsValues(
  names: TokenNames,
  lines: LogicalLines,
  { modules, rebound }: { modules: ReadonlyMap<string, ReadonlySet<string>>; rebound: ReboundBuiltins },
): Set<string> {
  const { tokens } = names;
  const used = new Set<string>();
  const around = new NamesAround(names, lines);
  for (let line = 0; line < lines.count; line += 1) {
    const first = lines.first(line);
    around.enter(line);
    if (importing[tokens.kind(first)] === 1) continue;
    const end = lines.newline(line);
    const place = new Place(tokens, first);
    for (let at = first; at < end; at += 1) {
      const kind = tokens.kind(at);
      place.pass(kind, tokens.kind(at - 1));
      if (kind !== Token.name || names.isAttribute(at) || around.isDeclared(at)) continue;
      const name = names.name(at);
      const paths = modules.get(name);
      if (!paths && !lookupFunctions.has(name)) continue;
      const last = lastOfModule(names, at, paths);
      const isAnnotated = at === first && tokens.kind(at + 1) === Token.colon;
      if (last === undefined || isAnnotated || !isValue(names, { first: at, last, place, rebound })) continue;
      if (!around.hides(name)) for (const path of paths ?? [name]) used.add(path);
    }
  }
  return used;
}

/** Returns the last token of `asyncio.base_events`, or undefined if a name follows that is no module. */
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
  private depth = 0;
  /** Whether a call or a subscript is around the token. */
  private isPassed = false;
  private readonly isDeleting: boolean;
  private isTesting: boolean;

  constructor(tokens: Tokens, first: number) {
    this.isTesting = tested[tokens.kind(first)] === 1;
    this.isDeleting = tokens.kind(first) === Token.del;
  }

  pass(kind: number, before: number): void {
    this.depth += (opening[kind] ?? 0) - (closing[kind] ?? 0);
    this.isPassed ||= opening[kind] === 1 && operandEnds[before] === 1;
    if (this.depth === 0 && kind === Token.colon) this.isTesting = false;
  }

  /** Whether a name here, between `and` and `or`, is only tested. */
  get isCondition(): boolean {
    return this.isTesting && this.depth === 0;
  }

  /** Whether a name here is a target of `del`. */
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

/** Whether the name is used as a value, not called, bound, compared or tested. */
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
const comparing = kindFlags(Token.is, Token.in, Token.comparison);
/** A module is true, so that `module and value` is the value. */
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
