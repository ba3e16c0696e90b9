// Functions and types that other packages export (scan policy §8a), by whatever name the file imports their package: `os.Setenv`,
// `sys.Setenv`, or plainly `Setenv` behind a dot import.

import type { RuleId } from '../../contract/rules.ts';
import type { Import } from './declarations.ts';
import type { Range } from './lexer.ts';
import { goPolicy } from './policy.ts';
import { Token, type Tokens, tokenText } from './tokens.ts';

/** A mention that is one unless its name means something else where it stands. */
export interface CandidateUse {
  ruleId: RuleId;
  /** `os.Setenv`. */
  name: string;
  range: Range;
  /** The token whose meaning decides. */
  token: number;
}

interface WatchedPackage {
  path: string;
  rule: (member: string) => RuleId | undefined;
}

export function findCandidates(text: string, tokens: Tokens, imports: readonly Import[]): CandidateUse[] {
  const named = new Map<string, WatchedPackage>();
  const dotted: WatchedPackage[] = [];
  for (const { as, path } of imports) {
    const rule = goPolicy.memberRule(path);
    if (!rule || as === '_') continue;
    if (as === '.') dotted.push({ path, rule });
    else named.set(as ?? path.slice(path.lastIndexOf('/') + 1), { path, rule });
  }
  if (named.size === 0 && dotted.length === 0) return [];
  const mentions: CandidateUse[] = [];
  for (let index = 0; index < tokens.size; index += 1) {
    if (tokens.kind(index) !== Token.name || tokens.kind(index - 1) === Token.dot) continue;
    const isQualified = tokens.kind(index + 1) === Token.dot && tokens.kind(index + 2) === Token.name;
    const governed = isQualified ? named.get(tokenText(text, tokens, index)) : undefined;
    const packages = governed ? [governed] : dotted;
    const last = governed ? index + 2 : index;
    for (const { path, rule } of packages) {
      const member = tokenText(text, tokens, last);
      const ruleId = rule(member);
      const range = { start: tokens.start(index), end: tokens.finish(last) };
      if (ruleId) mentions.push({ ruleId, name: `${path}.${member}`, range, token: index });
    }
  }
  return mentions;
}
