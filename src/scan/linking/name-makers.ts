// Determines from a file's tokens whether the file binds a module's `__getattr__`, which creates names that nothing in the module
// binds. Its results aren't followed, because it may be any callable object. It counts as returning any governed module that the file
// imports, and any member of one (scan policy §5.6a).
import { stringLiteral } from '../constants/literals.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import { findStringsWith, type TokenNames } from '../reading/token-names.ts';
import { kindFlags, Token } from '../syntax/token.ts';
import { moduleGetter } from './links.ts';

export interface NameMaker {
  /** True if the file binds another module's `__getattr__`, for any module in the plugin. */
  isForOthers: boolean;
  /** The first line that binds it. */
  line: number;
  /** Names and attributes in the statements that bind it: `G` in `__getattr__ = G()`. */
  values: readonly string[];
}

export function findNameMaker(
  names: TokenNames,
  lines: LogicalLines,
  lineOf: (offset: number) => number,
): NameMaker | undefined {
  const isWritten = names.mayMention(moduleGetter);
  if (!isWritten && !namespaces.some((name) => names.mayMention(name))) return undefined;
  const mentions = isWritten ? names.mentions(moduleGetter) : [];
  const others = [...mentions.filter((token) => isStored(names, token)), ...keysIn(names)];
  const inClass = mentions.length > 0 ? classLines(names, lines) : noLines;
  const own = mentions.filter((token) => {
    const line = lines.lineOf(token);
    return isOwn(names, token, inClass[line] === 1 && names.tokens.kind(lines.first(line)) !== Token.global);
  });
  if (own.length + others.length === 0) return undefined;
  const values = new Set<string>();
  for (const token of [...own, ...others])
    if (!isDefinition(names, token)) for (const name of namesIn(names, lines, lines.lineOf(token))) values.add(name);
  const first = Math.min(own[0] ?? Infinity, others[0] ?? Infinity);
  const line = lineOf(names.tokens.start(first));
  return { isForOthers: others.length > 0, line, values: [...values] };
}

/** Returns whether the name at `token` is stored to: `h.__getattr__ = f`, `for h.__getattr__ in …`, `update(__getattr__=f)`. */
function isStored(names: TokenNames, token: number): boolean {
  const { tokens } = names;
  if (isKeyword(names, token)) return true;
  return names.isAttribute(token) && targetEnds[tokens.kind(token + 1)] === 1;
}

/**
 * Returns the strings under which a namespace may receive the function: `h.__dict__['__getattr__'] = f`, `update({'__getattr__': f})`.
 */
function keysIn(names: TokenNames): number[] {
  const { tokens } = names;
  const isNamespaceRead = namespaces.some((name) => names.mentions(name).length > 0);
  if (!isNamespaceRead) return [];
  return [...textsOf(names, moduleGetter)].flatMap(({ first, last }) => {
    const isSubscript = tokens.kind(last + 1) === Token.closeBracket && tokens.kind(last + 2) === Token.equals;
    const isKey = keyStarts[tokens.kind(first - 1)] === 1 && keyEnds[tokens.kind(last + 1)] === 1;
    return isSubscript || isKey ? [first] : [];
  });
}

function isKeyword({ tokens }: TokenNames, token: number): boolean {
  return argumentStarts[tokens.kind(token - 1)] === 1 && tokens.kind(token + 1) === Token.equals;
}

/** Returns whether the name may belong to the module. A class's method doesn't. */
function isOwn(names: TokenNames, token: number, inClass: boolean): boolean {
  const { tokens } = names;
  if (names.isAttribute(token) || isKeyword(names, token)) return false;
  return !inClass || tokens.kind(token + 1) === Token.walrus;
}

function isDefinition({ tokens }: TokenNames, token: number): boolean {
  return tokens.kind(token - 1) === Token.def;
}

function* namesIn(names: TokenNames, lines: LogicalLines, line: number): Generator<string> {
  for (let token = lines.first(line); token < lines.newline(line); token += 1)
    if (names.tokens.kind(token) === Token.name) yield names.name(token);
}

/** Flags the lines that are directly in a class body. */
function classLines({ tokens }: TokenNames, lines: LogicalLines): Uint8Array {
  const flags = new Uint8Array(lines.count);
  const scopes: { depth: number; isClass: boolean }[] = [];
  for (let line = 0; line < lines.count; line += 1) {
    const depth = lines.depth(line);
    while ((scopes.at(-1)?.depth ?? -1) >= depth) scopes.pop();
    if (scopes.at(-1)?.isClass) flags[line] = 1;
    const kind = tokens.kind(lines.keyword(line));
    if (kind === Token.class || kind === Token.def) scopes.push({ depth, isClass: kind === Token.class });
  }
  return flags;
}

const noLines = new Uint8Array();
const argumentStarts = kindFlags(Token.openParenthesis, Token.comma);
const targetEnds = kindFlags(
  Token.equals,
  Token.colon,
  Token.comma,
  Token.in,
  Token.closeParenthesis,
  Token.closeBracket,
);
/** Tokens before and after a string that is a key in a display, or an argument or item with others after it. */
const keyStarts = kindFlags(Token.openParenthesis, Token.openBrace, Token.comma);
const keyEnds = kindFlags(Token.colon, Token.comma);
const namespaces: readonly string[] = ['__dict__', '__setattr__', 'globals', 'locals', 'setattr', 'vars'];

/** Maximum parts in which a name is written. Sums with more parts may be any text. */
const partsMax = 16;

/** Tokens from a text's first part to its last. */
interface WrittenText {
  first: number;
  last: number;
}

/** Yields the places where the text is written, as a whole or in parts joined in place. */
function* textsOf(names: TokenNames, text: string): Generator<WrittenText> {
  const seen = new Set<number>();
  for (const start of [...findStringsWith(text, names), ...partsIn(names, text)]) {
    const { first, last, value } = sumAround(names, start);
    if (seen.has(first) || value !== text) continue;
    seen.add(first);
    yield { first, last };
  }
}

/** Yields the strings that the text begins with and that are next to another part. */
function* partsIn(names: TokenNames, text: string): Generator<number> {
  for (let length = 1; length < text.length; length += 1) {
    for (const quote of quotes) yield* findStringsWith(`${quote}${text.slice(0, length)}${quote}`, names);
  }
}

function sumAround(names: TokenNames, start: number): WrittenText & { value: string | undefined } {
  let value = textIn(names, start);
  let last = start;
  for (let parts = 1; parts < partsMax && value !== undefined; parts += 1) {
    const next = nextPart(names, last);
    if (next === undefined) break;
    const part = textIn(names, next);
    value = part === undefined ? undefined : value + part;
    last = next;
  }
  return { first: start, last, value };
}

function nextPart({ tokens }: TokenNames, part: number): number | undefined {
  const next = tokens.kind(part + 1) === Token.plus ? part + 2 : part + 1;
  return tokens.kind(next) === Token.string ? next : undefined;
}

function textIn(names: TokenNames, token: number): string | undefined {
  const literal = stringLiteral(names.source(token));
  return literal?.kind === 'text' ? literal.value : undefined;
}

const quotes: readonly string[] = ["'", '"'];
