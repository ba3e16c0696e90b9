// Decodes a source file to text (scan policy §7): byte order mark and UTF-8 and, for Python, the encoding declaration and newlines.
// Never guesses: a file that isn't unambiguously UTF-8 yields a problem and no text.

interface SourceLocation {
  line: number;
  column: number;
  endColumn: number;
}

export interface SourceProblem extends SourceLocation {
  ruleId: 'SLP602';
  detail: string;
}

export interface DecodedSource {
  /**
   * Text without the byte order mark and, for Python, with LF line endings. Empty if there is a problem. Lines and UTF-16 columns match
   * the file's, because a line ending is never part of a column.
   */
  text: string;
  problem?: SourceProblem;
}

/** CPython's names for UTF-8 and ASCII codecs, lowercase and with hyphens. */
const utf8Codecs: ReadonlySet<string> = new Set('utf-8 utf8 utf-8-sig u8 utf utf8-ucs2 utf8-ucs4 cp65001'.split(' '));
const asciiCodecs: ReadonlySet<string> = new Set(
  'ascii us-ascii us 646 cp367 csascii ibm367 iso646-us iso-646.irv-1991 iso-ir-6 ansi-x3.4-1968 ansi-x3-4-1968 ansi-x3.4-1986'.split(
    ' ',
  ),
);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export function decodeSource(bytes: Uint8Array): DecodedSource {
  const hasMark = hasByteOrderMark(bytes);
  const body = hasMark ? bytes.subarray(3) : bytes;
  const binary = binaryProblem(bytes, body);
  if (binary) return binary;
  const declaration = encodingDeclaration(body);
  if (declaration) {
    const name = declaration.codec.toLowerCase().replaceAll('_', '-');
    const isAscii = asciiCodecs.has(name);
    if (!isAscii && !utf8Codecs.has(name)) return rejected(declaration.codec, declaration);
    // CPython compares names instead of codecs. After a byte order mark, it accepts only spellings of utf-8.
    if (hasMark && !name.startsWith('utf-8'))
      return rejected(`${declaration.codec} declared after a UTF-8 byte order mark`, declaration);
    if (isAscii) {
      const outside = body.findIndex((byte) => byte > 0x7f);
      if (outside >= 0) return rejected('non-ASCII byte in a file declared as ASCII', locationOf(body, outside));
    }
  }
  const decoded = decodeBody(body);
  return decoded.problem ? decoded : { text: withLineFeeds(decoded.text) };
}

/** Decodes Go source, which is always UTF-8. Go's compiler treats a lone CR as whitespace, so line endings are unchanged. */
export function decodeGoSource(bytes: Uint8Array): DecodedSource {
  const body = hasByteOrderMark(bytes) ? bytes.subarray(3) : bytes;
  const decoded = binaryProblem(bytes, body) ?? decodeBody(body);
  const mark = decoded.text.indexOf('\ufeff');
  return mark < 0 ? decoded : rejected('byte order mark inside the file', locationAfter(decoded.text.slice(0, mark)));
}

function binaryProblem(bytes: Uint8Array, body: Uint8Array): DecodedSource | undefined {
  const encoding = wideEncodingOf(bytes);
  if (encoding) return rejected(`${encoding} text`, startOfFile);
  const nul = body.indexOf(0);
  return nul < 0 ? undefined : rejected('NUL byte', locationOf(body, nul));
}

function decodeBody(body: Uint8Array): DecodedSource {
  try {
    return { text: utf8.decode(body) };
  } catch {
    return rejected('invalid UTF-8', locationOf(body, firstInvalidByte(body)));
  }
}

const startOfFile: SourceLocation = { line: 1, column: 1, endColumn: 1 };

function rejected(detail: string, { line, column, endColumn }: SourceLocation): DecodedSource {
  return { text: '', problem: { ruleId: 'SLP602', detail, line, column, endColumn } };
}

function wideEncodingOf(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16';
  if (a === 0xfe && b === 0xff) return 'UTF-16';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32';
  return undefined;
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Normalizes CR and CRLF to LF, as CPython does before parsing. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Finds the encoding declaration (PEP 263) on line 1, or on line 2 if line 1 is blank or a comment. */
function encodingDeclaration(body: Uint8Array): (SourceLocation & { codec: string }) | undefined {
  let start = 0;
  for (let line = 1; line <= 2; line += 1) {
    const end = lineEnd(body, start);
    const text = lossyUtf8.decode(body.subarray(start, end));
    const found = /^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)/s.exec(text);
    if (found?.[1] !== undefined) {
      const endColumn = found[0].length + 1;
      return { codec: found[1], line, column: endColumn - found[1].length, endColumn };
    }
    if (!/^[ \t\f]*(?:#|$)/.test(text)) return undefined;
    start = end + (body[end] === carriageReturn && body[end + 1] === lineFeed ? 2 : 1);
  }
  return undefined;
}

function lineEnd(body: Uint8Array, start: number): number {
  let end = start;
  while (end < body.length && body[end] !== lineFeed && body[end] !== carriageReturn) end += 1;
  return end;
}

function locationOf(body: Uint8Array, offset: number): SourceLocation {
  return locationAfter(lossyUtf8.decode(body.subarray(0, offset)));
}

function locationAfter(text: string): SourceLocation {
  const before = withLineFeeds(text);
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = before.length - lineStart + 1;
  return { line: countLineFeeds(before) + 1, column, endColumn: column + 1 };
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Returns the first offset at which lossy decoding inserts a U+FFFD that isn't in the bytes. */
function firstInvalidByte(body: Uint8Array): number {
  let offset = 0;
  for (const character of lossyUtf8.decode(body)) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0xfffd && !(body[offset] === 0xef && body[offset + 1] === 0xbf && body[offset + 2] === 0xbd))
      return offset;
    offset += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return offset;
}
