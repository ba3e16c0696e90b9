// Selects tokens that the strict level reads although no table lists them as words (scan policy §10): attributes that may be forbidden
// or private names of a module, and strings that are a watched keyword, as in `{"allow_pickle": True}`.
import { importStarts } from '../linking/import-list.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { kindFlags, Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { type ImportedNames, ModuleHolders } from './module-holders.ts';
import type { TokenNames } from './token-names.ts';
import { findStatementEnd } from './watched-tokens.ts';

/** Maximum length of a keyword literal, including quotes and prefix. */
const literalCharsMax = 24;

export interface UnlistedTokens {
  /** Attributes of objects that may be modules. */
  attributes: readonly number[];
  keywords: readonly number[];
  /** Strings that are only parts of a keyword that may be put together. */
  parts: readonly number[];
  holders: ModuleHolders;
  /** True if an attribute that counts on every module is read from an object other than a method's own. */
  takesFromAny: boolean;
}

/** `words` has the lexer's watched tokens. */
export function selectUnlistedTokens(
  names: TokenNames,
  lines: LogicalLines,
  { imported, policy, words }: { imported: ImportedNames; policy: ScanPolicy; words: readonly number[] },
): UnlistedTokens {
  const holders = new ModuleHolders(names, lines, imported);
  if (!policy.isStrict) return { attributes: [], keywords: [], parts: [], holders, takesFromAny: false };
  const attributes: number[] = [];
  const taken = takenAttributes(names, words, policy);
  const receivers = taken.length > 0 ? receiversOf(names, lines) : [];
  let takesFromAny = false;
  for (const attribute of taken) {
    const line = lines.lineOf(attribute);
    const isOwn = names.name(attribute - 2) === receivers[line]?.name && !names.isAttribute(attribute - 2);
    takesFromAny ||= !isOwn;
    if (!isOwn && holders.isObject(attribute, line)) attributes.push(attribute);
  }
  return { attributes, ...keywordTexts(names, policy), holders, takesFromAny };
}

/** Returns attributes that may be names of an outside module. An import of `a._b` takes nothing from an object. */
function takenAttributes(names: TokenNames, words: readonly number[], policy: ScanPolicy): number[] {
  const { tokens } = names;
  const starts = importStarts(words, tokens);
  let passed = 0;
  let importEnd = 0;
  return names.mentionsOf(names.all.filter((name) => policy.mayReachOutside(name))).filter((token) => {
    if (!names.isAttribute(token)) return false;
    for (let start = starts[passed] ?? token; start < token; start = starts[passed] ?? token) {
      importEnd = findStatementEnd(tokens, start);
      passed += 1;
    }
    return token >= importEnd;
  });
}

/** Returns the strings that are a watched keyword, and those that are part of one. */
function keywordTexts(names: TokenNames, policy: ScanPolicy): { keywords: number[]; parts: number[] } {
  const { tokens } = names;
  const keywords: number[] = [];
  const parts: number[] = [];
  for (const token of tokens.ofKinds(strings)) {
    const length = tokens.end(token) - tokens.start(token);
    if (length > literalCharsMax || length < partLettersMin + 2) continue;
    const text = /\w+(?=["'])/.exec(names.source(token))?.[0];
    if (text === undefined) continue;
    if (policy.keywords.has(text)) keywords.push(token);
    else if (isPart(text, policy.keywords.keys())) parts.push(token);
  }
  return { keywords, parts };
}

/** Minimum letters in a part of a keyword, to exclude ordinary words. */
const partLettersMin = 5;

/** Returns whether the string is part of a keyword, as it stands, reversed or in capitals: `allow_`, `elkcip_wolla`. */
function isPart(text: string, keywords: Iterable<string>): boolean {
  if (text.length < partLettersMin || !(text.includes('_') || text.length >= 2 * partLettersMin)) return false;
  const lower = text.toLowerCase();
  const backwards = [...lower].reverse().join('');
  for (const keyword of keywords) if (keyword.includes(lower) || keyword.includes(backwards)) return true;
  return false;
}

/** A method's first parameter, which holds the class's own members, unless anything else in the method binds the name. */
interface Receiver {
  name: string | undefined;
}

/** Returns the receiver of the method around each line. */
function receiversOf(names: TokenNames, lines: LogicalLines): readonly (Receiver | undefined)[] {
  const { tokens } = names;
  const receivers: (Receiver | undefined)[] = [];
  const scopes: { depth: number; isClass: boolean; receiver: Receiver | undefined }[] = [];
  for (let line = 0; line < lines.count; line += 1) {
    const depth = lines.depth(line);
    while ((scopes.at(-1)?.depth ?? -1) >= depth) scopes.pop();
    const first = lines.keyword(line);
    const isClass = tokens.kind(first) === Token.class;
    if (isClass) scopes.push({ depth, isClass, receiver: undefined });
    if (tokens.kind(first) === Token.def) {
      const parent = scopes.at(-1);
      const name = parent?.isClass ? names.name(first + 3) : undefined;
      const isReceiver = name !== undefined && receiverNames.includes(name);
      const receiver = isReceiver ? { name } : parent?.receiver;
      scopes.push({ depth, isClass, receiver });
    }
    receivers.push(scopes.at(-1)?.receiver);
  }
  for (const token of names.mentionsOf(receiverNames)) {
    const receiver = receivers[lines.lineOf(token)];
    if (receiver?.name === names.name(token) && isBound(names, token)) receiver.name = undefined;
  }
  return receivers;
}

/** Returns whether the name is bound here in any way except as a method's first parameter. */
function isBound(names: TokenNames, token: number): boolean {
  const { tokens } = names;
  if (names.isAttribute(token)) return false;
  return bindingTokens[tokens.kind(token + 1)] === 1 || bindingKeywords[tokens.kind(token - 1)] === 1;
}

const receiverNames: readonly string[] = ['self', 'cls'];
const strings = kindFlags(Token.string);
const bindingTokens = kindFlags(Token.equals, Token.walrus, Token.in);
const bindingKeywords = kindFlags(Token.as, Token.import);
