// Measures indentation as CPython does: a tab advances the column to the next multiple of eight. Comparing two lines must give the same
// result if each tab counts as one column.
import { limits } from '../../contract/limits/scans.ts';
import { Char } from './characters.ts';

interface Indent {
  column: number;
  /** Column with each tab counted as one. */
  narrow: number;
}

export interface Measured extends Indent {
  /** Offset after the indentation, at the line's first token, comment or end. */
  end: number;
}

/**
 * Measures the indentation at the start of a line. If a backslash within it continues the line, only what precedes the backslash
 * counts.
 */
export function measureIndent(text: string, start: number): Measured {
  const measured = { column: 0, narrow: 0, end: start };
  let cutOff = 0;
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === Char.space) {
      measured.column += 1;
      measured.narrow += 1;
    } else if (code === Char.tab) {
      measured.column = (Math.floor(measured.column / 8) + 1) * 8;
      measured.narrow += 1;
    } else if (code === Char.formFeed) {
      measured.column = 0;
      measured.narrow = 0;
    } else if (code === Char.backslash && text.charCodeAt(at + 1) === Char.newline && at + 2 < text.length) {
      cutOff ||= measured.column;
      at += 1;
    } else {
      measured.end = at;
      return cutOff === 0 ? measured : { ...measured, column: cutOff, narrow: cutOff };
    }
  }
}

/** How a line's indentation compares to the previous one: it opened a block, closed a number of blocks, or is an error. */
export type IndentStep = { opened: 0 | 1; closed: number } | { problem: string; tooDeep: boolean };

const unchanged: IndentStep = { opened: 0, closed: 0 };
const opening: IndentStep = { opened: 1, closed: 0 };
const inconsistentTabs: IndentStep = { problem: 'inconsistent use of tabs and spaces in indentation', tooDeep: false };
const noOuterLevel: IndentStep = { problem: 'unindent does not match any outer indentation level', tooDeep: false };

export class IndentStack {
  private readonly open: Indent[] = [{ column: 0, narrow: 0 }];

  get depth(): number {
    return this.open.length - 1;
  }

  step({ column, narrow }: Indent): IndentStep {
    let top = this.open.at(-1) ?? { column: 0, narrow: 0 };
    if (column === top.column) return narrow === top.narrow ? unchanged : inconsistentTabs;
    if (column > top.column) {
      if (narrow <= top.narrow) return inconsistentTabs;
      if (this.open.length >= limits.indents) return { problem: `more than ${limits.indents} indents`, tooDeep: true };
      this.open.push({ column, narrow });
      return opening;
    }
    let closed = 0;
    while (column < top.column) {
      this.open.pop();
      closed += 1;
      top = this.open.at(-1) ?? { column: 0, narrow: 0 };
    }
    if (column !== top.column) return noOuterLevel;
    return narrow === top.narrow ? { opened: 0, closed } : inconsistentTabs;
  }
}
