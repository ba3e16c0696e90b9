// Finds a file's rows in its bytes without buffering them: for the Worker, which splits a file into chunks, and the builder, which
// reads a chunk. Both must find the same rows.

export const rowFormats = ['jsonl', 'csv'] as const;
export type RowFormat = (typeof rowFormats)[number];

/** The characters that may separate the values of a CSV. */
export const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const blanks: readonly number[] = [0x20, 0x09, carriageReturn, newline];

/** Finds the ends of records. A record that doesn't end in the given bytes continues in the next. */
export interface RecordEnds {
  /**
   * Returns the end of the record around `from`, after its line ending. Returns -1 and consumes the bytes if they don't contain it.
   * Returns `from` if the record ended with the bytes before, which only these bytes show.
   */
  next(bytes: Uint8Array, from: number): number;
  /** Bytes since the quote that is still open, or undefined. */
  readonly openQuoteBytes: number | undefined;
  /** Bytes that a blank line may have. A tab is a value's end if it separates values. */
  readonly blanks: ReadonlySet<number>;
}

/** `given` has more than one separator if the file's own isn't known yet. */
export function recordEnds(format: RowFormat, given: readonly Separator[] = [',']): RecordEnds {
  return format === 'csv' ? new CsvEnds(given) : lineEnds;
}

const lineEnds: RecordEnds = {
  next: (bytes, from) => bytes.indexOf(newline, from) + 1 || -1,
  openQuoteBytes: undefined,
  blanks: new Set(blanks),
};

/**
 * A record ends with LF, CRLF or a lone CR, as in Python's reader. A quote opens a quoted value only at the start of a value. Inside, two
 * quotes represent one, and line endings don't end the record.
 */
class CsvEnds implements RecordEnds {
  readonly blanks: ReadonlySet<number>;
  readonly #separators: ReadonlySet<number>;
  #state: 'start' | 'plain' | 'quoted' | 'closed' | 'return' = 'start';
  #quoteBytes = 0;

  constructor(given: readonly Separator[]) {
    this.#separators = new Set(given.map((separator) => separator.charCodeAt(0)));
    this.blanks = new Set(blanks.filter((byte) => !this.#separators.has(byte)));
  }

  get openQuoteBytes(): number | undefined {
    return this.#state === 'quoted' ? this.#quoteBytes : undefined;
  }

  next(bytes: Uint8Array, from: number): number {
    if (this.#state === 'return' && from < bytes.length) {
      this.#state = 'start';
      return bytes[from] === newline ? from + 1 : from;
    }
    let quoteAt = from - this.#quoteBytes;
    for (let at = from; at < bytes.length; at++) {
      if (this.#state === 'quoted') {
        const close = bytes.indexOf(quote, at);
        if (close === -1) break;
        at = close;
        this.#state = 'closed';
        continue;
      }
      const byte = bytes[at];
      if (byte === carriageReturn && at + 1 === bytes.length) {
        this.#state = 'return';
        return -1;
      }
      if (byte === newline || byte === carriageReturn) {
        this.#state = 'start';
        return byte === carriageReturn && bytes[at + 1] === newline ? at + 2 : at + 1;
      }
      if (byte === quote && this.#state !== 'plain') {
        // A quote directly after a closing one is the second of an escaped pair, so the value continues.
        if (this.#state === 'start') quoteAt = at;
        this.#state = 'quoted';
      } else this.#state = byte !== undefined && this.#separators.has(byte) ? 'start' : 'plain';
    }
    this.#quoteBytes = bytes.length - quoteAt;
    return -1;
  }
}

/** Returns whether a line is blank, and therefore no row. */
export function isBlank(bytes: Uint8Array, from: number, end: number, of: RecordEnds): boolean {
  for (let at = from; at < end; at++) if (!of.blanks.has(bytes[at] ?? 0)) return false;
  return true;
}

/** Returns the values of a CSV record (RFC 4180). Text after a closing quote belongs to the value, as in Python's reader. */
export function csvValues(record: string, separator: Separator = ','): string[] {
  const text = record.replace(/\r?\n$|\r$/, '');
  const values: string[] = [];
  for (let at = 0; ; at++) {
    const [value, end] = text[at] === '"' ? quotedValue(text, at, separator) : plainValue(text, at, separator);
    values.push(value);
    if (end >= text.length) return values;
    at = end;
  }
}

const shownNameChars = 100;

/** Returns the first column name that the header has twice, quoted and cut for a message. */
export function repeatedColumn(columns: readonly string[]): string | undefined {
  const seen = new Set<string>();
  const twice = columns.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return undefined;
  return JSON.stringify(twice.length > shownNameChars ? `${twice.slice(0, shownNameChars)}…`.toWellFormed() : twice);
}

/** Returns a record's JSON object. Its keys keep their order, even if they look like integers. */
export function csvObject(columns: readonly string[], values: readonly string[]): string {
  return `{${columns.map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(values[at] ?? '')}`).join(',')}}`;
}

function plainValue(text: string, from: number, separator: Separator): [value: string, end: number] {
  const found = text.indexOf(separator, from);
  const end = found === -1 ? text.length : found;
  return [text.slice(from, end), end];
}

function quotedValue(text: string, from: number, separator: Separator): [value: string, end: number] {
  let value = '';
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) return [value + text.slice(at), text.length];
    value += text.slice(at, close);
    if (text[close + 1] !== '"') {
      const [rest, end] = plainValue(text, close + 1, separator);
      return [value + rest, end];
    }
    value += '"';
    at = close + 2;
  }
}
