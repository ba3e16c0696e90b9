// Finds the texts of a file that are written in parts: `'__get' 'attr__'`, `'__get' + 'attr__'`.
import { stringLiteral } from '../constants/literals.ts';
import { Token } from '../syntax/token.ts';
import type { TokenNames } from './token-names.ts';
import { tokensWith } from './watched-tokens.ts';

/** A text has no more parts. Longer sums may be any text, and no name is written so. */
const partsMax = 16;

/** Tokens from the first part of a text to its last one. */
export interface WrittenText {
  first: number;
  last: number;
}

/** Returns where the text is written, whole or in parts that are joined in place. */
export function* textsOf(names: TokenNames, text: string): Generator<WrittenText> {
  const seen = new Set<number>();
  for (const start of [...tokensWith(text, names), ...partsIn(names, text)]) {
    const { first, last, value } = sumAround(names, start);
    if (seen.has(first) || value !== text) continue;
    seen.add(first);
    yield { first, last };
  }
}

/** Returns the strings that the text begins with, next to another part. */
function* partsIn(names: TokenNames, text: string): Generator<number> {
  for (let length = 1; length < text.length; length += 1) {
    for (const quote of quotes) yield* tokensWith(`${quote}${text.slice(0, length)}${quote}`, names);
  }
}

function sumAround(names: TokenNames, start: number): WrittenText & { value: string | undefined } {
  let value = textIn(names, start);
  let last = start;
  for (let parts = 1; parts < partsMax && value !== undefined; parts += 1) {
    const next = nextPart(names, last);
    if (next === undefined) break;
    const part = textIn(names, next);
    value = part === undefined ? undefined : value + part;
    last = next;
  }
  return { first: start, last, value };
}

function nextPart({ tokens }: TokenNames, part: number): number | undefined {
  const next = tokens.kind(part + 1) === Token.plus ? part + 2 : part + 1;
  return tokens.kind(next) === Token.string ? next : undefined;
}

function textIn(names: TokenNames, token: number): string | undefined {
  const literal = stringLiteral(names.source(token));
  return literal?.kind === 'text' ? literal.value : undefined;
}

const quotes: readonly string[] = ["'", '"'];
