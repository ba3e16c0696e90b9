// Finds uses of other packages' exported functions and types (scan policy §8a), whatever name the file gives the package: `os.Setenv`,
// `sys.Setenv`, or just `Setenv` after a dot import. Finds methods by name, on values of any type.
import type { RuleId } from '../../contract/findings/rules.ts';
import type { Range } from '../file/report.ts';
import type { Import } from './declarations.ts';
import { goPolicy } from './policy.ts';
import { Token, type Tokens, tokenText } from './tokens.ts';

/** A use of a watched method or field, or of a package member. */
export interface Use {
  ruleId: RuleId;
  /** `os.Setenv`, or the name of the method. */
  name: string;
  range: Range;
}

/** A possible use of a watched member. A declaration in scope may give the name another meaning. */
export interface CandidateUse extends Use {
  /** Token of the name that decides. */
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
  const candidates: CandidateUse[] = [];
  for (let index = 0; index < tokens.size; index += 1) {
    if (tokens.kind(index) !== Token.name || tokens.kind(index - 1) === Token.dot) continue;
    const isQualified = tokens.kind(index + 1) === Token.dot && tokens.kind(index + 2) === Token.name;
    const watched = isQualified ? named.get(tokenText(text, tokens, index)) : undefined;
    const packages = watched ? [watched] : dotted;
    const last = watched ? index + 2 : index;
    for (const { path, rule } of packages) {
      const member = tokenText(text, tokens, last);
      const ruleId = rule(member);
      const range = { start: tokens.start(index), end: tokens.end(last) };
      if (ruleId) candidates.push({ ruleId, name: `${path}.${member}`, range, token: index });
    }
  }
  return candidates;
}

/** Finds uses of watched methods and fields. Skips names at `memberEnds`, which were already reported as package members. */
export function findMethods(text: string, tokens: Tokens, memberEnds: ReadonlySet<number>): Use[] {
  const uses: Use[] = [];
  for (let index = 1; index < tokens.size; index += 1) {
    if (tokens.kind(index) !== Token.name || tokens.kind(index - 1) !== Token.dot) continue;
    if (memberEnds.has(tokens.end(index))) continue;
    const name = tokenText(text, tokens, index);
    const ruleId = goPolicy.methodRule(name);
    if (ruleId) uses.push({ ruleId, name, range: tokens.range(index) });
  }
  return uses;
}
