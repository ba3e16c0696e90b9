// Which parts of a file tree-sitter is given: whole statements of the module that hold something to look at, and no more at once
// than fits beside the rest of an isolate. What CPython's grammar has read, and nothing is watched in, needs no tree.
import { limits } from './limits.ts';
import type { Lexed } from './syntax/lexer.ts';
import { kindFlags, Token, type Tokens } from './syntax/token.ts';

export interface Part {
  start: number;
  end: number;
  /** More than may be parsed at once: one statement of that size. */
  tooLarge: boolean;
}

/** Parts lie at least so far apart: parsing what is between costs less than starting anew. */
const gapMin = 512;

/** Parts that hold an offset each (ascending), or all of the text. */
export function partsOf(text: string, { lines, tokens }: Lexed, offsets: readonly number[], whole: boolean): Part[] {
  const parts: Part[] = [];
  let weight = 0;
  let next = 0;
  for (const { start, end, tokens: size } of statements(text, tokens, lines)) {
    const holds = (offsets[next] ?? Number.POSITIVE_INFINITY) < end;
    while ((offsets[next] ?? Number.POSITIVE_INFINITY) < end) next += 1;
    if (!holds && !whole) continue;
    const last = parts.at(-1);
    if (last && start - last.end < gapMin && weight + size <= limits.partTokens) {
      last.end = end;
      weight += size;
    } else {
      parts.push({ start, end, tooLarge: size > limits.partTokens });
      weight = size;
    }
  }
  return parts;
}

interface Statement {
  start: number;
  end: number;
  tokens: number;
}

/** The statements of the module, each with all of its clauses and decorators, up to where the next one starts. */
function* statements(text: string, tokens: Tokens, lines: readonly number[]): Generator<Statement> {
  let first = 0;
  let depth = 0;
  let decorates = tokens.kind(0) === Token.at;
  for (const line of lines) {
    let index = line + 1;
    for (let kind = tokens.kind(index); layout[kind] === 1; kind = tokens.kind(index)) {
      depth += kind === Token.indent ? 1 : -1;
      index += 1;
    }
    if (depth > 0) continue;
    const kind = tokens.kind(index);
    const goesOn = decorates || continues[kind] === 1;
    decorates = kind === Token.at;
    if (goesOn) continue;
    const end = kind === Token.end ? text.length : tokens.start(index);
    yield { start: tokens.start(first), end, tokens: index - first };
    first = index;
  }
}

const layout = kindFlags(Token.indent, Token.dedent);
const continues = kindFlags(Token.elif, Token.else, Token.except, Token.finally);
