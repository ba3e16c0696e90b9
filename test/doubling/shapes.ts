// Lists hostile texts: each is what some grammar or algorithm takes the longest for.
import { numbered, type Shape } from './row.ts';

/** Repeats a piece, with a beginning and an end. */
function repeated(piece: string, start = '', end = ''): Shape {
  return (chars) => start + piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars) + end;
}

/** Repeats two pieces one after the other, each to half of the text. */
function halves(first: string, second: string, start = ''): Shape {
  return (chars) => {
    const times = Math.ceil(chars / (first.length + second.length));
    return start + first.repeat(times) + second.repeat(times);
  };
}

/** Joins pieces that all differ. */
function different(write: (number: string) => string, start = '', end = ''): Shape {
  return (chars) => start + numbered(chars, (at) => write(at.toString(36))) + end;
}

export const shapes: Readonly<Record<string, Shape>> = {
  'marks in the wrong order': halves('\u0301', '\u0316', 'a'),
  'marks that only folding makes': repeated('\u0301\uff9e', 'a'),
  'marks that become two': repeated('\u0344\u0316', 'a'),
  'Hangul jamo': repeated('\u1100\u1161\u11a8'),
  'emoji sequences': repeated('👩‍👩‍👧'),
  'regional indicators': repeated('🇩'),
  'bidirectional controls': repeated('\u202e\u2066'),
  'lone surrogates': repeated('\ud800'),
  'null characters': repeated('\0'),
  'opened parentheses': repeated('('),
  'nested parentheses': halves('(', ')'),
  'opened brackets': repeated('['),
  'nested brackets': halves('[', ']'),
  'opened braces': repeated('{'),
  'nested objects': halves('{"a":', '}'),
  'opened images': repeated('!['),
  'emphasis marks': repeated('**'),
  'a long word': repeated('a'),
  'short words': repeated('a '),
  'different words': different((number) => `w${number} `),
  'equal beginnings': different((number) => `${'prefix'.repeat(8)}${number} `),
  'different fields': different((number) => `w${number},`),
  'different lines': different((number) => `w${number}\n`),
  'different paths': different((number) => `w${number}/`),
  'different members': different((number) => `"w${number}":1,`, '{', '"w":1}'),
  'different parameters': different((number) => `w${number}=1&`),
  'line feeds': repeated('\n'),
  'mixed line ends': repeated('\r\n\n\r'),
  blanks: repeated(' ', 'a', 'a'),
  'comment signs before a line separator': repeated(' #', 'a', '\u2028'),
  quotes: repeated('"'),
  apostrophes: repeated("'"),
  backslashes: repeated('\\', '"'),
  'escaped quotes': repeated('\\"', '"'),
  backticks: repeated('`'),
  'nested f-strings': repeated('f"{'),
  'nested formats': repeated('{a:'),
  decorators: repeated('@a\n'),
  imports: different((number) => `import w${number}\n`),
  digits: repeated('9'),
  'dots and digits': repeated('1.'),
  dots: repeated('.', 'a', 'a'),
  slashes: repeated('/', 'a', 'a'),
  hyphens: repeated('-', 'a', 'a'),
  underscores: repeated('_', 'a', 'a'),
  'equals signs': repeated('=', 'a', 'a'),
  commas: repeated(',', 'a', 'a'),
  colons: repeated(':', 'a', 'a'),
  semicolons: repeated(';', 'a', 'a'),
  'percent escapes': repeated('%41'),
  'opened tags': repeated('<a '),
  operators: repeated('-1', '1'),
};
