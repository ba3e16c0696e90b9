// Reads off the tokens of a file which names its module always has, so that no `__getattr__` is asked for them, and which names it takes
// away from modules (scan policy §5.6a).

import { stringLiteral } from '../constants/literals.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { kindFlags, Token } from '../syntax/token.ts';
import type { Import } from './import-list.ts';

/** Names of one file that are kept. Of a file with more, only those are that governed modules have, too. */
const boundMax = 300;

/** Returns the names that statements at the top of the file bind, and that none deletes. */
export function boundNames(
  names: TokenNames,
  lines: LogicalLines,
  { imports, policy }: { imports: readonly Import[]; policy: ScanPolicy },
): string[] {
  const { tokens } = names;
  const bound = new Set<string>();
  for (let line = 0; line < lines.count; line += 1) {
    if (lines.depth(line) > 0) continue;
    const first = lines.first(line) + (tokens.kind(lines.first(line)) === Token.async ? 1 : 0);
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

/** Returns the names that `del h.name`, `del h.__dict__['name']` or `h.__dict__.pop('name')` may take away from another module. */
export function deletedNames(names: TokenNames, lines: LogicalLines): string[] {
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

/** Functions that take away a name that is their first argument, or their second one. */
const removers: readonly string[] = ['pop', '__delattr__', '__delitem__', 'delattr'];
const deletions = kindFlags(Token.del);
