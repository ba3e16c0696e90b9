// Reads three sets of names from a file's tokens: names that its `__all__` lists (scan policy §10.2), names that its module always has,
// so that no `__getattr__` is called for them, and names that it removes from modules (scan policy §5.6a).
import { stringLiteral } from '../constants/literals.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { namespaceNames, Role, type WatchedWords } from '../policy/watched-words.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import { findStringsWith, literalKey, type TokenNames } from '../reading/token-names.ts';
import { kindFlags, Token, type Tokens } from '../syntax/token.ts';
import type { Import } from './import-list.ts';

const name = '__all__';

/**
 * Returns the names in `__all__ = ['a', 'b']`. Returns undefined if nothing mentions `__all__`, and `everything` if it is bound only
 * under a condition, or is bound or changed in any other way.
 */
export function readDunderAll(names: TokenNames, lines: LogicalLines): string[] | 'everything' | undefined {
  const { tokens } = names;
  if (!names.mayMention(name)) return undefined;
  if (findStringsWith(name, names).length > 0) return 'everything';
  const [mention, another] = names.mentions(name);
  if (mention === undefined) return undefined;
  const line = lines.lineOf(mention);
  const isStatement = lines.first(line) === mention && lines.depth(line) === 0;
  if (another !== undefined || !isStatement || tokens.kind(mention + 1) !== Token.equals) return 'everything';
  return literalNames(names, mention + 2) ?? 'everything';
}

/**
 * Returns whether the file may access another module's `__all__`: by name, as in `h.__all__`, `from h import __all__`,
 * `h.__dict__.update(__all__=[])`, or by looking up or changing names that aren't written out. `words` has the lexer's watched tokens.
 */
export function reachesOtherAll(names: TokenNames, words: readonly number[], watched: WatchedWords): boolean {
  if (words.some((token) => mayReachAnyName(token, names, watched))) return true;
  if (!names.mayMention(name)) return false;
  return findStringsWith(name, names).length > 0 || names.mentions(name).some((token) => isAccess(names.tokens, token));
}

function isAccess(tokens: Tokens, token: number): boolean {
  const [before, after] = [tokens.kind(token - 1), tokens.kind(token + 1)];
  const isKeyword = after === Token.equals && (before === Token.openParenthesis || before === Token.comma);
  return before === Token.dot || before === Token.import || after === Token.as || isKeyword;
}

/** Returns whether the word may read or change any name of a module: `getattr(h, name)`, `h.__dict__`. */
function mayReachAnyName(token: number, names: TokenNames, watched: WatchedWords): boolean {
  const word = names.name(token);
  if ((watched.roleOf(word) & Role.namespace) === 0 || names.tokens.kind(token - 1) === Token.def) return false;
  if (word === 'getattr') return opensNamespace(literalKey(token, names));
  return !namespaceNames.has(word) || !names.isAttribute(token);
}

/**
 * Returns whether a lookup with the key (undefined if computed) may give access to names that aren't written out: `getattr(h,
 * '__dict__')`.
 */
function opensNamespace(key: string | undefined): boolean {
  return key === undefined || /^__\w+__$/.test(key);
}

function literalNames(names: TokenNames, open: number): string[] | undefined {
  const { tokens } = names;
  const found: string[] = [];
  if (tokens.kind(open) !== Token.openBracket && tokens.kind(open) !== Token.openParenthesis) return undefined;
  for (let at = open + 1; ; at += 1) {
    const kind = tokens.kind(at);
    if (kind === Token.closeBracket || kind === Token.closeParenthesis) {
      return tokens.kind(at + 1) === Token.newline ? found : undefined;
    }
    if (kind === Token.comma) continue;
    const literal = kind === Token.string ? /^(["'])(\w+)\1$/.exec(names.source(at))?.[2] : undefined;
    const isAlone = tokens.kind(at + 1) !== Token.string;
    if (literal === undefined || !isAlone) return undefined;
    found.push(literal);
  }
}

/** Maximum names to keep per file. Beyond it, only names that governed modules have too are kept. */
const boundMax = 300;

/** Returns the names that top-level statements bind and none deletes. */
export function listBoundNames(
  names: TokenNames,
  lines: LogicalLines,
  { imports, policy }: { imports: readonly Import[]; policy: ScanPolicy },
): string[] {
  const { tokens } = names;
  const bound = new Set<string>();
  for (let line = 0; line < lines.count; line += 1) {
    if (lines.depth(line) > 0) continue;
    const first = lines.keyword(line);
    const kind = tokens.kind(first);
    if (kind === Token.def || kind === Token.class) bound.add(names.name(first + 1));
    if (kind === Token.name && tokens.kind(first + 1) === Token.equals) bound.add(names.name(first));
  }
  for (const { name, token } of imports) if (lines.depth(lines.lineOf(token)) === 0) bound.add(name);
  for (const token of tokens.ofKinds(deletions))
    for (let at = token; at < lines.newline(lines.lineOf(token)); at += 1)
      if (tokens.kind(at) === Token.name) bound.delete(names.name(at));
  return bound.size <= boundMax ? [...bound] : [...bound].filter((name) => policy.mayBeMember(name));
}

/** Returns the names that `del h.name`, `del h.__dict__['name']` or `h.__dict__.pop('name')` may remove from another module. */
export function listDeletedNames(names: TokenNames, lines: LogicalLines): string[] {
  const { tokens } = names;
  const deleted = new Set<string>();
  for (const token of tokens.ofKinds(deletions)) {
    for (let at = token + 1; at < lines.newline(lines.lineOf(token)); at += 1) {
      if (names.isAttribute(at) && tokens.kind(at) === Token.name) deleted.add(names.name(at));
      if (tokens.kind(at) === Token.string) addText(deleted, names.source(at));
    }
  }
  for (const method of removers)
    for (const token of names.mentions(method))
      for (const at of [token + 2, token + 4])
        if (tokens.kind(token + 1) === Token.openParenthesis && tokens.kind(at) === Token.string)
          addText(deleted, names.source(at));
  return [...deleted];
}

function addText(deleted: Set<string>, source: string): void {
  const literal = stringLiteral(source);
  if (literal?.kind === 'text' && /^\w+$/.test(literal.value)) deleted.add(literal.value);
}

/** Functions that remove a name, given as their first or second argument. */
const removers: readonly string[] = ['pop', '__delattr__', '__delitem__', 'delattr'];
const deletions = kindFlags(Token.del);
