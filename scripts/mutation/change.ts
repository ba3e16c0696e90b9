// Finds an expression in a declaration by its words and marks, so that its line breaks, indentation and trailing commas do not matter.
import type { Declaration } from './declarations.ts';

/** A file with one behavior broken. */
export interface Change {
  file: string;
  before: string;
  after: string;
}

interface Token {
  text: string;
  start: number;
  end: number;
}

const separators: ReadonlySet<string> = new Set([',', '&&', '||', '??']);

/** One change for each place in the declaration where the expression is. An empty `to` drops it, and what joined it to its neighbors. */
export function changesIn(place: Declaration, { from, to }: { from: string; to: string }): Change[] {
  const wanted = tokensOf(from, 0, from.length);
  const tokens = tokensOf(place.text, place.start, place.end);
  return tokens.flatMap((_, at) => {
    const found = tokens.slice(at, at + wanted.length);
    if (found.length < wanted.length || found.some(({ text }, index) => text !== wanted[index]?.text)) return [];
    const range =
      to === '' ? droppedRange(tokens, at, at + wanted.length) : { first: at, last: at + wanted.length - 1 };
    const [first, last] = [tokens[range.first], tokens[range.last]];
    if (first === undefined || last === undefined) return [];
    const rest = place.text.slice(last.end);
    const after =
      place.text.slice(0, first.start) + to + (to === '' && separators.has(last.text) ? rest.trimStart() : rest);
    return [{ file: place.file, before: place.text, after }];
  });
}

/** Includes the separator behind what is dropped, or else the one before it. */
function droppedRange(tokens: readonly Token[], start: number, end: number): { first: number; last: number } {
  const [before = '', behind = ''] = [tokens[start - 1]?.text, tokens[end]?.text];
  if (separators.has(behind) && !(separators.has(before) && before !== ',')) return { first: start, last: end };
  return { first: separators.has(before) && behind !== ';' ? start - 1 : start, last: end - 1 };
}

/** Words, and marks one by one except for the operators that separate. A comma before a closing bracket is formatting. */
function tokensOf(text: string, start: number, end: number): Token[] {
  const tokens: Token[] = [];
  for (const match of text.slice(start, end).matchAll(/[\p{L}\w$]+|&&|\|\||\?\?|[^\s]/gu)) {
    const at = start + match.index;
    if (/[)\]}]/.test(match[0]) && tokens.at(-1)?.text === ',') tokens.pop();
    tokens.push({ text: match[0], start: at, end: at + match[0].length });
  }
  return tokens;
}
