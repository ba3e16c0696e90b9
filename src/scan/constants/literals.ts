// String, bytes and integer literals to their values, escapes and all (Python's lexical analysis).
import { stringPrefix } from '../syntax/strings.ts';
import { bytes, type Constant, integer, text } from './constant.ts';

const literal = /^([a-zA-Z]*)('''|"""|'|")(.*)\2$/s;

/** The value of a literal as it stands in the source; undefined when it is an f-string or cannot be decoded here. */
export function stringLiteral(source: string): Constant | undefined {
  const [, letters, , contents] = literal.exec(source) ?? [];
  const prefix = letters === undefined ? undefined : stringPrefix(letters);
  if (!prefix || prefix.format || contents === undefined) return undefined;
  const value = prefix.raw ? contents : decodeEscapes(contents, prefix.bytes);
  if (value === undefined) return undefined;
  return prefix.bytes ? bytes(value) : text(value);
}

const textEscape = /\\(?:\n|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\}|(.))/gs;
const simpleEscapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Undefined where an escape names a character: those names are not known here. */
export function decodeEscapes(contents: string, isBytes: boolean): string | undefined {
  if (!contents.includes('\\')) return contents;
  if (!isBytes && /(?:^|[^\\])(?:\\\\)*\\N\{/.test(contents)) return undefined;
  return contents.replace(
    textEscape,
    (whole, x?: string, u?: string, long?: string, octal?: string, plain?: string): string => {
      if (x !== undefined) return String.fromCharCode(Number.parseInt(x, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & (isBytes ? 0xff : 0x1ff));
      const code = isBytes ? undefined : (u ?? long);
      if (code !== undefined) return character(Number.parseInt(code, 16)) ?? whole;
      if (plain !== undefined) return simpleEscapes[plain] ?? whole;
      return whole === '\\\n' ? '' : whole;
    },
  );
}

export function character(code: number): string | undefined {
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

export function integerLiteral(source: string): Constant | undefined {
  const digits = source.replaceAll('_', '');
  return /^\d+$|^0[xXoObB][\da-fA-F]+$/.test(digits) ? integer(Number(digits)) : undefined;
}
