// Go's syntax by tree-sitter, part by part: whether the grammar has a reading for the text, and a tree for who asks for one.
import type { Parser, Tree } from 'web-tree-sitter';
import { limits } from '../limits.ts';
import { firstError } from '../reading/parse.ts';
import type { SyntaxProblem } from './lexer.ts';
import type { NormalizedSource } from './normalized-source.ts';
import type { Tokens } from './tokens.ts';

/** Whole declarations, as many as may be parsed at once. */
export interface Part {
  start: number;
  end: number;
  first: number;
  tokens: number;
}

/**
 * How often tree-sitter may report, which it does after so many steps. Go that people write takes it up to 0.051 for each token; what
 * can be read in many ways, as values and as types within each other, takes more, and each step then longer.
 */
const reportsPerToken = 0.065;
const reportsMin = 500;

/** `starts` are the tokens that start a declaration; `end` is where the regular text ends. */
export function partsOf(tokens: Tokens, starts: readonly number[], end: number): Part[] {
  const parts: Part[] = [];
  for (const [at, first] of starts.entries()) {
    const next = starts[at + 1];
    const size = (next ?? tokens.size) - first;
    const declaration = {
      start: tokens.start(first),
      end: next === undefined ? end : tokens.start(next),
      first,
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
  regular: NormalizedSource,
  tokens: Tokens,
  part: Part,
  use: (tree: Tree, placeOf: (offset: number) => number) => void,
): SyntaxProblem | undefined {
  const { end, first, start } = part;
  if (part.tokens > limits.partTokens)
    return tooComplex(`a declaration of more than ${limits.partTokens} tokens`, start);
  const placeOf = regular.fileOffsetsFrom(start);
  let stoppedAt = start;
  let reports = 0;
  let token = first;
  // At the first error all is said: going on around it would take the parser long.
  const progressCallback = ({ currentOffset, hasError }: { currentOffset: number; hasError: boolean }) => {
    stoppedAt = placeOf(currentOffset / bytesPerUnit);
    while (token < tokens.size && tokens.start(token) < stoppedAt) token += 1;
    reports += 1;
    return hasError || isTooOften();
  };
  const isTooOften = () => reports > reportsMin + (token - first) * reportsPerToken;
  const tree = parser.parse(regular.part(start, end), null, { progressCallback });
  if (!tree) {
    parser.reset();
    return isTooOften() ? tooComplex('too many ways to read it', stoppedAt) : invalid(stoppedAt, stoppedAt);
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

function tooComplex(detail: string, start: number): SyntaxProblem {
  return { ruleId: 'SLP603', detail, start, end: start };
}

function invalid(start: number, end: number): SyntaxProblem {
  return { ruleId: 'SLP601', detail: 'invalid syntax', start, end };
}
