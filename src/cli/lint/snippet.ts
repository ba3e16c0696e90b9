// Renders a source line with carets under the exact span, as compilers do. Columns are UTF-16 code units. Tabs and wide
// characters keep their width, and long lines are cut around the span.
import { type Cell, toCell } from '../terminal/terminal-text.ts';

export interface Span {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Snippet {
  line: string;
  /** Spaces and carets to print below `line`. */
  carets: string;
}

/** Splits source into lines as findings count them: at LF, CRLF or a lone CR, without the byte order mark (scan policy §1). */
export function splitLines(source: Uint8Array): string[] {
  return new TextDecoder().decode(source).split(/\r\n|\r|\n/);
}

const cut: Cell = { shown: '…', width: 1 };

/** Returns undefined if the source has no such line. */
export function renderSnippet(lines: readonly string[], span: Span, columns: number): Snippet | undefined {
  const text = lines[span.line - 1];
  if (text === undefined) return undefined;
  const start = Math.min(span.column - 1, text.length);
  const end = span.endLine > span.line ? text.length : Math.min(span.endColumn - 1, text.length);
  const fromStart = cellsFrom(text, 0, columns);
  const isShown = end === 0 || fromStart.some((cell) => cell.end === end);
  const cells = isShown ? fromStart : cellsFrom(text, stepBack(text, start, columns / 4), columns);
  const before = cells.filter((cell) => cell.end <= start);
  const marked = cells.filter((cell) => cell.end > start && cell.end <= end);
  return {
    line: cells
      .map(({ shown }) => shown)
      .join('')
      .trimEnd(),
    carets: ' '.repeat(widthOf(before)) + '^'.repeat(Math.max(1, widthOf(marked))),
  };
}

interface PlacedCell extends Cell {
  /** The UTF-16 offset after the character; infinite for a cut at the line's end. */
  end: number;
}

/** Returns as many characters from `from` as fit, with a cut mark where the line continues. */
function cellsFrom(text: string, from: number, columns: number): PlacedCell[] {
  const cells: PlacedCell[] = from > 0 ? [{ ...cut, end: from }] : [];
  let width = widthOf(cells);
  let at = from;
  // Zero-width characters never fill a line, so limit their number too.
  while (at < text.length && width <= columns && cells.length < 4 * columns) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const cell = toCell(character, width);
    at += character.length;
    width += cell.width;
    cells.push({ ...cell, end: at });
  }
  if (at >= text.length && width <= columns) return cells;
  while (width > columns - cut.width) width -= cells.pop()?.width ?? width;
  return [...cells, { ...cut, end: Number.POSITIVE_INFINITY }];
}

/** Returns the offset that is `columns` before `start`. */
function stepBack(text: string, start: number, columns: number): number {
  let at = start;
  for (let width = 0; at > 0 && start - at < 4 * columns; ) {
    const before = at - (at > 1 && isLowSurrogate(text, at - 1) ? 2 : 1);
    width += toCell(String.fromCodePoint(text.codePointAt(before) ?? 0), 0).width;
    if (width > columns) return at;
    at = before;
  }
  return at;
}

function widthOf(cells: PlacedCell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
