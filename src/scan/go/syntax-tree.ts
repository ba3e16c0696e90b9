// Parses Go source with tree-sitter, part by part. Reports syntax errors, and passes each tree to the caller.
import type { Parser, Tree } from 'web-tree-sitter';
import { limits } from '../../contract/limits/scans.ts';
import { firstError, type Watch, withTree } from '../file/parse.ts';
import type { Pausing } from '../file/pauses.ts';
import type { Range, SyntaxProblem } from '../file/report.ts';
import type { NormalizedSource } from './normalized-source.ts';
import type { Tokens } from './tokens.ts';

/** Consecutive whole declarations that are parsed together. */
export interface Part {
  start: number;
  end: number;
  first: number;
  tokens: number;
}

/**
 * Maximum progress reports per token from tree-sitter, which sends one after a fixed number of steps. Ordinary Go needs up to 0.051.
 * Ambiguous code, which can be read both as values and as nested types, needs more, and each of its steps takes longer.
 */
const reportsPerToken = 0.065;
const reportsMin = 500;

/** `starts` has the first token of each declaration; `end` is the end of the normalized source. */
export function splitIntoParts(tokens: Tokens, starts: readonly number[], end: number): Part[] {
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

interface PartOfSource {
  source: NormalizedSource;
  tokens: Tokens;
  part: Part;
}

/** Parses a part of the source and passes the tree to `use`. The tree is freed when `use` ends. */
export function* parsePart(
  parser: Parser,
  { source, tokens, part }: PartOfSource,
  use: (tree: Tree, toFileOffset: (offset: number) => number) => Pausing<void>,
): Pausing<SyntaxProblem | undefined> {
  const { end, first, start } = part;
  if (part.tokens > limits.partTokens)
    return tooComplex(`a declaration of more than ${limits.partTokens} tokens`, start);
  const toFileOffset = source.fileOffsetsFrom(start);
  let stoppedAt = start;
  let reports = 0;
  let token = first;
  // Stops at the first error: one is enough, and error recovery is slow.
  const watch: Watch = ({ currentOffset, hasError }) => {
    stoppedAt = toFileOffset(currentOffset / bytesPerUnit);
    while (token < tokens.size && tokens.start(token) < stoppedAt) token += 1;
    reports += 1;
    return hasError || exceedsBudget();
  };
  const exceedsBudget = () => reports > reportsMin + (token - first) * reportsPerToken;
  function* read(tree: Tree): Pausing<{ error: Range | undefined }> {
    const error = firstError(tree);
    if (!error) yield* use(tree, toFileOffset);
    return { error };
  }
  const parsed = yield* withTree(parser, source.part(start, end), read, watch);
  if (parsed) return parsed.error && invalid(toFileOffset(parsed.error.start), toFileOffset(parsed.error.end));
  return exceedsBudget()
    ? tooComplex('too ambiguous to parse within the limit', stoppedAt)
    : invalid(stoppedAt, stoppedAt);
}

/** tree-sitter counts offsets in bytes of UTF-16. */
const bytesPerUnit = 2;

function tooComplex(detail: string, start: number): SyntaxProblem {
  return { ruleId: 'SLP603', detail, start, end: start };
}

function invalid(start: number, end: number): SyntaxProblem {
  return { ruleId: 'SLP601', detail: 'invalid syntax', start, end };
}
