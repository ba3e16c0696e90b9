// Go's syntax by tree-sitter, part by part: whether the grammar has a reading for the text, and a tree for who asks for one.
import type { Parser, Tree } from 'web-tree-sitter';
import { limits } from '../limits.ts';
import { firstError } from '../reading/tree.ts';
import type { SyntaxProblem } from './lexer.ts';
import type { RegularText } from './regular-text.ts';
import type { Tokens } from './tokens.ts';

/** Whole declarations, as many as may be parsed at once. */
export interface Part {
  start: number;
  end: number;
  tokens: number;
}

/** `starts` are the tokens that start a declaration; `end` is where the regular text ends. */
export function partsOf(tokens: Tokens, starts: readonly number[], end: number): Part[] {
  const parts: Part[] = [];
  for (const [at, first] of starts.entries()) {
    const next = starts[at + 1];
    const size = (next ?? tokens.size) - first;
    const declaration = {
      start: tokens.start(first),
      end: next === undefined ? end : tokens.start(next),
      tokens: size,
    };
    const last = parts.at(-1);
    if (last && last.tokens + size <= limits.partTokens) {
      last.end = declaration.end;
      last.tokens += size;
    } else {
      parts.push(declaration);
    }
  }
  return parts;
}

/** Parses a part of the regular text, and hands the tree to `use`; the tree lives only that long. */
export function parsePart(
  parser: Parser,
  regular: RegularText,
  { end, start, tokens }: Part,
  use: (tree: Tree, placeOf: (offset: number) => number) => void,
): SyntaxProblem | undefined {
  if (tokens > limits.partTokens) {
    const detail = `a declaration of more than ${limits.partTokens} tokens`;
    return { ruleId: 'SLP603', detail, start, end: start };
  }
  const placeOf = regular.placesFrom(start);
  let stoppedAt = start;
  // At the first error all is said: going on around it would take the parser long.
  const progressCallback = ({ currentOffset, hasError }: { currentOffset: number; hasError: boolean }) => {
    stoppedAt = placeOf(currentOffset / bytesPerUnit);
    return hasError;
  };
  const tree = parser.parse(regular.part(start, end), null, { progressCallback });
  if (!tree) {
    parser.reset();
    return invalid(stoppedAt, stoppedAt);
  }
  try {
    const error = firstError(tree);
    if (error) return invalid(placeOf(error.start), placeOf(error.end));
    use(tree, placeOf);
    return undefined;
  } finally {
    tree.delete();
  }
}

/** tree-sitter counts bytes of UTF-16. */
const bytesPerUnit = 2;

function invalid(start: number, end: number): SyntaxProblem {
  return { ruleId: 'SLP601', detail: 'invalid syntax', start, end };
}
