// Selects the tokens that the strict level reads although no table lists them as words (scan policy §10): attributes that may be
// forbidden or private names of a module, and texts that are a watched keyword, as in `{"allow_pickle": True}`.
import type { ScanPolicy } from '../policy/policy.ts';
import { kindFlags, Token } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import { type ImportedNames, ModuleHolders } from './module-holders.ts';
import type { TokenNames } from './token-names.ts';

/** No literal of a keyword is longer, with its quotes and prefix. */
const literalCharsMax = 24;

export interface UnlistedTokens {
  /** Attributes of what may be a module. */
  attributes: readonly number[];
  keywords: readonly number[];
  /** Texts that only a keyword is put together from. */
  parts: readonly number[];
  holders: ModuleHolders;
  /** Whether some object, other than that of a method, has an attribute that counts on every module. */
  takesFromAny: boolean;
}

export function unlistedTokens(
  names: TokenNames,
  lines: LogicalLines,
  { imported, policy }: { imported: ImportedNames; policy: ScanPolicy },
): UnlistedTokens {
  const attributes: number[] = [];
  const keywords: number[] = [];
  const parts: number[] = [];
  const holders = new ModuleHolders(names, lines, imported);
  let takesFromAny = false;
  if (policy.level !== 'strict') return { attributes, keywords, parts, holders, takesFromAny };
  const { tokens } = names;
  const receivers = receiversOf(names, lines);
  const lengthOf = (token: number) => tokens.end(token) - tokens.start(token);
  let line = 0;
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.name && names.isAttribute(index)) {
      if (!policy.mayReachOutside(names.name(index))) continue;
      while (lines.newline(line) < index) line += 1;
      const isOwn = names.name(index - 2) === receivers[line]?.name && !names.isAttribute(index - 2);
      takesFromAny ||= !isOwn;
      if (!isOwn && holders.isObject(index, line)) attributes.push(index);
    } else if (kind === Token.string && lengthOf(index) <= literalCharsMax) {
      const text = lengthOf(index) < partLettersMin + 2 ? undefined : /\w+(?=["'])/.exec(names.source(index))?.[0];
      if (text === undefined) continue;
      if (policy.keywords.has(text)) keywords.push(index);
      else if (isPart(text, policy.keywords.keys())) parts.push(index);
    }
  }
  return { attributes, keywords, parts, holders, takesFromAny };
}

/** Letters that a keyword or a part of one has at least, so that it is not a word of its own. */
const partLettersMin = 5;

/** Whether the text is a part of a keyword, as it stands, backwards or in capitals: `allow_`, `elkcip_wolla`. */
function isPart(text: string, keywords: Iterable<string>): boolean {
  if (text.length < partLettersMin || !(text.includes('_') || text.length >= 2 * partLettersMin)) return false;
  const lower = text.toLowerCase();
  const backwards = [...lower].reverse().join('');
  for (const keyword of keywords) if (keyword.includes(lower) || keyword.includes(backwards)) return true;
  return false;
}

/** The first parameter of a method, as long as nothing else binds it in the method: it holds what is the class's own. */
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
    const start = lines.first(line);
    const first = start + (tokens.kind(start) === Token.async ? 1 : 0);
    const isClass = tokens.kind(first) === Token.class;
    if (isClass) scopes.push({ depth, isClass, receiver: undefined });
    if (tokens.kind(first) === Token.def) {
      const parent = scopes.at(-1);
      const name = parent?.isClass ? names.name(first + 3) : undefined;
      const receiver = name === 'self' || name === 'cls' ? { name } : parent?.receiver;
      scopes.push({ depth, isClass, receiver });
    }
    const receiver = scopes.at(-1)?.receiver;
    receivers.push(receiver);
    if (receiver?.name !== undefined && isBoundIn(receiver.name, { names, from: start, to: lines.newline(line) }))
      receiver.name = undefined;
  }
  return receivers;
}

/** Whether the line binds the name, other than as the first parameter of a method. */
function isBoundIn(name: string, { from, names, to }: { names: TokenNames; from: number; to: number }): boolean {
  const { tokens } = names;
  for (let at = from; at < to; at += 1) {
    if (tokens.kind(at) !== Token.name || tokens.end(at) - tokens.start(at) !== name.length) continue;
    const isBound = bindingTokens[tokens.kind(at + 1)] === 1 || bindingKeywords[tokens.kind(at - 1)] === 1;
    if (isBound && !names.isAttribute(at) && names.name(at) === name) return true;
  }
  return false;
}

const bindingTokens = kindFlags(Token.equals, Token.walrus, Token.in);
const bindingKeywords = kindFlags(Token.as, Token.import);
