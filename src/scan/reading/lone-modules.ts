// Tells by its tokens whether a file uses a module, or a function that looks up names, as a value: passes it on, returns it, or puts
// it into something. What happens to it then must be followed through the whole file (scan policy §10.15).
import { standardSubmodules } from '../policy/standard-submodules.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import type { TokenNames } from './token-names.ts';

/** Functions that look up names, and that code usually calls where it names them. */
export const lookupFunctions: ReadonlySet<string> = new Set(['getattr', 'attrgetter', 'methodcaller']);

export function usesModulesAsValues(
  names: TokenNames,
  lines: LogicalLines,
  modules: ReadonlyMap<string, string>,
): boolean {
  const { tokens } = names;
  for (let line = 0; line < lines.count; line += 1) {
    const first = lines.first(line);
    if (importing[tokens.kind(first)] === 1) continue;
    const end = lines.newline(line);
    let parameters = parameterNames(tokens, first);
    for (let at = first; at < end; at += 1) {
      const kind = tokens.kind(at);
      if (parameters !== undefined) parameters += nesting[kind] ?? 0;
      if (kind !== Token.name || names.isAttribute(at)) continue;
      if (parameters === 1 && parameterStarts[tokens.kind(at - 1)] === 1) continue;
      const name = names.name(at);
      if (modules.has(name) || lookupFunctions.has(name)) {
        const last = lastOfModule(names, at, modules.get(name));
        if (last !== undefined && isValue(names, at, last)) return true;
      }
    }
  }
  return false;
}

/** Returns the last token of `asyncio.base_events`, or undefined if a name follows that is no module. */
function lastOfModule(names: TokenNames, first: number, module: string | undefined): number | undefined {
  let last = first;
  let path = module;
  for (let member = names.memberAfter(last); member !== undefined; member = names.memberAfter(last)) {
    path = `${path}.${member}`;
    if (!standardSubmodules.has(path)) return undefined;
    last += 2;
  }
  return last;
}

/** Whether the name is used as a value, not called, bound, compared or tested. */
function isValue(names: TokenNames, first: number, last: number): boolean {
  const { tokens } = names;
  const before = tokens.kind(first - 1);
  const after = tokens.kind(last + 1);
  const isInspected =
    before === Token.openParenthesis && inspecting.has(names.name(first - 2)) && !names.isAttribute(first - 2);
  if (isInspected) return false;
  if (
    binders[before] === 1 ||
    usersAfter[after] === 1 ||
    before === Token.is ||
    before === Token.in ||
    before === Token.comparison
  )
    return false;
  return !(tests[before] === 1 && testEnds[after] === 1);
}

/** Returns the depth of brackets at the start of a line whose first brackets hold parameters: that of a function. */
function parameterNames(tokens: Tokens, first: number): number | undefined {
  const start = tokens.kind(first) === Token.async ? first + 1 : first;
  return tokens.kind(start) === Token.def ? 0 : undefined;
}

const nesting = new Int8Array(128);
for (const kind of [Token.openParenthesis, Token.openBracket, Token.openBrace]) nesting[kind] = 1;
for (const kind of [Token.closeParenthesis, Token.closeBracket, Token.closeBrace]) nesting[kind] = -1;
const parameterStarts = kindFlags(Token.openParenthesis, Token.comma, Token.star, Token.doubleStar);

/** Functions that tell something about a module, or take a name from it. */
const inspecting: ReadonlySet<string> = new Set(['getattr', 'hasattr', 'isinstance', 'print', 'repr', 'str', 'type']);

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
const usersAfter = kindFlags(
  Token.openParenthesis,
  Token.openBracket,
  Token.equals,
  Token.is,
  Token.in,
  Token.comparison,
  Token.dot,
);
const tests = kindFlags(Token.if, Token.elif, Token.while, Token.not, Token.assert);
const testEnds = kindFlags(Token.colon, Token.newline, Token.and, Token.or, Token.else, Token.closeParenthesis);
