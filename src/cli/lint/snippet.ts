// A source line with a caret under the exact span, as compilers show it: columns are UTF-16 code units, tabs and wide
// characters keep their places, what is too long is cut around the span.
import { type Cell, cellOf } from '../terminal-text.ts';

export interface Span {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface Snippet {
  line: string;
  /** Spaces and carets, to be printed below `line`. */
  carets: string;
}

/** Lines as findings count them: they end at LF, CRLF or a lone CR, and the byte order mark is none of their columns (scan policy §1). */
export function linesOf(source: Uint8Array): string[] {
  return new TextDecoder().decode(source).split(/\r\n|\r|\n/);
}

const cut: Cell = { shown: '…', width: 1 };
/** Characters shown before a span that is too far right for the line to be shown from its start. */
const lead = 20;

/** Undefined when the source has no such line. */
export function snippetOf(lines: readonly string[], span: Span, columns: number): Snippet | undefined {
  const text = lines[span.line - 1];
  if (text === undefined) return undefined;
  const start = Math.min(span.column - 1, text.length);
  const end = span.endLine > span.line ? text.length : Math.min(span.endColumn - 1, text.length);
  const whole = shownCells(text, 0, columns);
  const isNear = whole.isAll || offsetOf(whole.cells, columns) > Math.max(end, start + 1);
  const { cells, isAll, from } = isNear ? whole : shownCells(text, Math.max(0, start - lead), columns - 1);
  const shown = isAll ? cells : [...fitting(cells, columns - (from > 0 ? 2 : 1)), { ...cut, start: text.length }];
  const before = shown.filter((cell) => cell.start < start);
  const marked = shown.filter((cell) => cell.start >= start && cell.start < end);
  const indent = (from > 0 ? 1 : 0) + widthOf(before);
  return {
    line: `${from > 0 ? cut.shown : ''}${shown.map((cell) => cell.shown).join('')}`.trimEnd(),
    carets: ' '.repeat(indent) + '^'.repeat(Math.max(1, widthOf(marked))),
  };
}

interface PlacedCell extends Cell {
  /** UTF-16 offset in the line. */
  start: number;
}

/** As many characters from `from` on as fill the columns; a character cut in half by `from` is left out. */
function shownCells(
  text: string,
  from: number,
  columns: number,
): { cells: PlacedCell[]; isAll: boolean; from: number } {
  const cells: PlacedCell[] = [];
  let width = 0;
  let at = from > 0 && isLowSurrogate(text, from) ? from + 1 : from;
  const first = at;
  // Characters without width don't fill a line: their number is bounded as well.
  while (at < text.length && width <= columns && cells.length <= 4 * columns) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const cell = cellOf(character, width);
    cells.push({ ...cell, start: at });
    width += cell.width;
    at += character.length;
  }
  return { cells, isAll: at >= text.length && width <= columns, from: first };
}

function fitting(cells: PlacedCell[], columns: number): PlacedCell[] {
  let width = 0;
  return cells.filter((cell) => {
    width += cell.width;
    return width <= columns;
  });
}

/** Where in the line the last character begins that is shown in `columns` besides the cut. */
function offsetOf(cells: PlacedCell[], columns: number): number {
  return fitting(cells, columns - 1).at(-1)?.start ?? 0;
}

function widthOf(cells: PlacedCell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
