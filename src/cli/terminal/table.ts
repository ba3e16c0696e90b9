// Formats rows as columns for people. Cells are made printable before they are measured.
import { printable } from './terminal-text.ts';

/** Pads cells to their column's width, with two spaces between columns. The last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(printable));
  const widths = shown.reduce<number[]>((all, row) => {
    row.forEach((cell, at) => {
      all[at] = Math.max(all[at] ?? 0, cell.length);
    });
    return all;
  }, []);
  return shown
    .map(
      (row) => `${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ')}\n`,
    )
    .join('');
}
