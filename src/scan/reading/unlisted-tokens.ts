// Selects the tokens that the strict level reads although no table lists them as words (scan policy §10): private attributes, and
// texts that are a watched keyword, as in `{"allow_pickle": True}`.
import type { ScanPolicy } from '../policy/policy.ts';
import { isPrivate } from '../policy/private-names.ts';
import { Token } from '../syntax/token.ts';
import type { TokenNames } from './token-names.ts';

/** No literal of a keyword is longer, with its quotes and prefix. */
const literalCharsMax = 24;

export function unlistedTokens(names: TokenNames, policy: ScanPolicy): number[] {
  if (policy.level !== 'strict') return [];
  const { tokens } = names;
  const selected: number[] = [];
  const ownNames = unboundNames(names);
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.name && names.isAttribute(index)) {
      if (isPrivate(names.name(index)) && !isOwnAttribute(index, { names, ownNames })) selected.push(index);
    } else if (kind === Token.string && tokens.end(index) - tokens.start(index) <= literalCharsMax) {
      const text = /\w+(?=["'])/.exec(names.source(index))?.[0];
      if (text !== undefined && policy.keywords.has(text)) selected.push(index);
    }
  }
  return selected;
}

/** Returns which of `self` and `cls` are not assigned, so that they are parameters. */
function unboundNames(names: TokenNames): ReadonlySet<string> {
  const { tokens } = names;
  const unbound = new Set(['self', 'cls']);
  for (let index = 0; index < tokens.size; index += 1) {
    if (tokens.kind(index) !== Token.name || tokens.end(index) - tokens.start(index) > 4) continue;
    const isBound = bindingTokens.has(tokens.kind(index + 1)) || bindingKeywords.has(tokens.kind(index - 1));
    if (isBound && !names.isAttribute(index)) unbound.delete(names.name(index));
  }
  return unbound;
}

const bindingTokens: ReadonlySet<number> = new Set([Token.equals, Token.walrus, Token.in]);
const bindingKeywords: ReadonlySet<number> = new Set([Token.as, Token.import]);

/** `self._x`, which is the class's own. */
function isOwnAttribute(
  index: number,
  { names, ownNames }: { names: TokenNames; ownNames: ReadonlySet<string> },
): boolean {
  if (names.tokens.kind(index - 2) !== Token.name || names.isAttribute(index - 2)) return false;
  return ownNames.has(names.name(index - 2));
}
