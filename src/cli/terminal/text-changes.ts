// Formats texts that differ between two versions of something, such as what agents read.
import { printable } from './terminal-text.ts';

interface TextChange {
  where: string;
  v1: string | null;
  v2: string | null;
}

/** Writes each text as a line without hidden characters. */
export function textChangeLines(changes: readonly TextChange[]): string {
  const side = (mark: string, text: string | null) => (text === null ? '' : `  ${mark} ${printable(text)}\n`);
  return changes.map(({ where, v1, v2 }) => `  ${printable(where)}\n${side('-', v1)}${side('+', v2)}`).join('');
}
