// Text that others wrote, made fit for a terminal: nothing in it moves the cursor, turns the writing round or hides (R20 of the
// command line's rules), and its width is known.

/** Control, format (bidi, zero-width), line separating characters and halves of surrogate pairs; the joiner that Unicode calls a mark. */
export const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\u034f/u;
const unsafeAll = new RegExp(unsafe.source, 'gu');

/** With everything unsafe written out: `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(unsafeAll, writtenOut);
}

export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function writtenOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const tabWidth = 4;
const zeroWidth = /[\p{Mn}\p{Me}]/u;
const emoji = /\p{Emoji_Presentation}/u;

/** Unicode's East Asian Width W and F, in the ranges that text is written in. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

/** One character as it is shown: what is printed for it, and how many columns that takes. */
export interface Cell {
  shown: string;
  width: number;
}

/** `column` is how many columns are before it, for tabs. */
export function cellOf(character: string, column: number): Cell {
  if (character === '\t') {
    const width = tabWidth - (column % tabWidth);
    return { shown: ' '.repeat(width), width };
  }
  if (unsafe.test(character)) {
    const shown = writtenOut(character);
    return { shown, width: shown.length };
  }
  return { shown: character, width: widthOf(character) };
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (zeroWidth.test(character)) return 0;
  if (emoji.test(character)) return 2;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Words on lines of at most `columns`; a longer word has its own line. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
