// Makes untrusted text safe for a terminal: it can't move the cursor, change the text direction or hide characters. Also measures how
// many columns text takes.

/** Control, format (bidi, zero-width, tags) and line separator characters, lone surrogates, and marks that are invisible. */
export const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[\u034f\u{e0100}-\u{e01ef}]/u;
const unsafeAll = new RegExp(unsafe.source, 'gu');

/** Escapes every unsafe character, as in `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(unsafeAll, escapeSequence);
}

/** Keeps lines, and the indentation that stack traces and compilers write as tabs. */
export function printableLines(text: string): string {
  return text.replaceAll('\t', '    ').split('\n').map(printable).join('\n');
}

function escapeSequence(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const tabWidth = 4;
const zeroWidth = /[\p{Mn}\p{Me}]/u;
const emoji = /\p{Emoji_Presentation}/u;

/** The common ranges of Unicode's East Asian Width W and F. */
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

/** One character as displayed: the text printed for it and its width in columns. */
export interface Cell {
  shown: string;
  width: number;
}

/** `column` is the number of columns before the character, which tabs depend on. */
export function toCell(character: string, column: number): Cell {
  if (character === '\t') {
    const width = tabWidth - (column % tabWidth);
    return { shown: ' '.repeat(width), width };
  }
  if (unsafe.test(character)) {
    const shown = escapeSequence(character);
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

/** Wraps text at `columns`. A longer word gets its own line. */
export function wrapText(text: string, columns: number): string[] {
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
