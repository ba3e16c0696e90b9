// Decodes string, bytes and integer literals to their values, including escape sequences (Python reference, §2.4). The manifest reader
// uses it too.
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { stringPrefix } from '../syntax/literals.ts';
import { type Constant, integer } from './constant.ts';

/** The value of a literal, or why it can't be known without running the program. */
export type DecodedLiteral =
  | { kind: 'text'; value: string }
  /** One character below U+0100 per byte. */
  | { kind: 'bytes'; value: string }
  | { kind: 'undecodable'; reason: string };

const notALiteral: DecodedLiteral = { kind: 'undecodable', reason: 'not a string literal' };
const formatString: DecodedLiteral = { kind: 'undecodable', reason: 'an f-string' };
const templateString: DecodedLiteral = { kind: 'undecodable', reason: 'a template string' };
const namedCharacter: DecodedLiteral = { kind: 'undecodable', reason: 'a string with a named character' };

const literal = /^([a-zA-Z]*)('''|"""|'|")(.*)\2$/s;

/** Decodes a single literal as written in the source, with its prefix and quotes. */
export function decodeStringLiteral(source: string): DecodedLiteral {
  const [, letters, , contents] = literal.exec(source) ?? [];
  if (letters === undefined || contents === undefined) return notALiteral;
  const prefix = stringPrefix(letters);
  if (!prefix) return /^(?:t|rt|tr)$/i.test(letters) ? templateString : notALiteral;
  if (prefix.format) return formatString;
  const value = prefix.raw ? contents : decodeEscapes(contents, prefix.bytes);
  if (value === undefined) return namedCharacter;
  return { kind: prefix.bytes ? 'bytes' : 'text', value };
}

/** Returns a literal as a constant, or undefined if it can't be decoded or is too long. */
export function stringLiteral(source: string): Constant | undefined {
  const decoded = decodeStringLiteral(source);
  return decoded.kind !== 'undecodable' && decoded.value.length <= constantCharsMax ? decoded : undefined;
}

const escapeSequence = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|.)/gs;
/** Values of escapes by the character after the backslash. A backslash before a line break joins the lines. */
const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
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

/** Decodes the escape sequences. Returns undefined for a named character (`\N{…}`), because the names aren't available here. */
export function decodeEscapes(contents: string, isBytes: boolean): string | undefined {
  if (!contents.includes('\\')) return contents;
  if (!isBytes && /(?:^|[^\\])(?:\\\\)*\\N\{/.test(contents)) return undefined;
  return contents.replace(escapeSequence, (sequence) => decodeEscape(sequence, isBytes));
}

function decodeEscape(sequence: string, isBytes: boolean): string {
  const letter = sequence.charAt(1);
  const simple = simpleEscapes[letter];
  if (simple !== undefined) return simple;
  if (letter >= '0' && letter <= '7') {
    return String.fromCharCode(Number.parseInt(sequence.slice(1), 8) & (isBytes ? 0xff : 0x1ff));
  }
  const isUnknown = sequence.length === 2;
  if (isUnknown || (isBytes && letter !== 'x')) return sequence;
  return character(Number.parseInt(sequence.slice(2), 16)) ?? sequence;
}

/** Returns the character that has this code point; undefined if there is none. */
export function character(code: number): string | undefined {
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

export function integerLiteral(source: string): Constant | undefined {
  const digits = source.replaceAll('_', '');
  return /^\d+$|^0[xXoObB][\da-fA-F]+$/.test(digits) ? integer(Number(digits)) : undefined;
}
