// Finds the rows of a file in its bytes, without holding them: for the Worker, which splits a file into chunks, and the builder, which reads
// a chunk. Both must find the same rows.

export const rowFormats = ['jsonl', 'csv'] as const;
export type RowFormat = (typeof rowFormats)[number];

const newline = 0x0a;
const comma = 0x2c;
const quote = 0x22;
const blanks: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, newline]);

/** Returns where the record ends that `from` is in, behind its end of line; -1 if that is not among the bytes, which are then passed. */
export type FindEnd = (bytes: Uint8Array, from: number) => number;

/** Records that are longer than the bytes are continued with the next ones. */
export function recordEnds(format: RowFormat): FindEnd {
  return format === 'csv' ? csvEnds() : (bytes, from) => bytes.indexOf(newline, from) + 1 || -1;
}

/** A quote begins a quoted value only where a value begins; in it, two are one quote. Ends of lines in it do not end the record. */
function csvEnds(): FindEnd {
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  return (bytes, from) => {
    for (let at = from; at < bytes.length; at++) {
      if (state === 'quoted') {
        at = bytes.indexOf(quote, at);
        if (at === -1) return -1;
        state = 'closed';
        continue;
      }
      const byte = bytes[at];
      if (byte === newline) {
        state = 'start';
        return at + 1;
      }
      if (byte === quote && state !== 'plain') state = 'quoted';
      else state = byte === comma ? 'start' : 'plain';
    }
    return -1;
  };
}

/** Whether a line has nothing but spaces: it is no row. */
export function isBlank(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (!blanks.has(bytes[at] ?? 0)) return false;
  return true;
}

/** Returns the values of a record of a CSV (RFC 4180). What follows a closing quote is part of the value, as in Python's reader. */
export function csvValues(record: string): string[] {
  const text = record.replace(/\r?\n$/, '');
  const values: string[] = [];
  for (let at = 0; ; at++) {
    const [value, end] = text[at] === '"' ? quotedValue(text, at) : plainValue(text, at);
    values.push(value);
    if (end >= text.length) return values;
    at = end;
  }
}

/** Returns the JSON object of a record. Its keys keep their order, whatever they look like. */
export function csvObject(columns: readonly string[], values: readonly string[]): string {
  return `{${columns.map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(values[at] ?? '')}`).join(',')}}`;
}

function plainValue(text: string, from: number): [value: string, end: number] {
  const found = text.indexOf(',', from);
  const end = found === -1 ? text.length : found;
  return [text.slice(from, end), end];
}

function quotedValue(text: string, from: number): [value: string, end: number] {
  let value = '';
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) return [value + text.slice(at), text.length];
    value += text.slice(at, close);
    if (text[close + 1] !== '"') {
      const [rest, end] = plainValue(text, close + 1);
      return [value + rest, end];
    }
    value += '"';
    at = close + 2;
  }
}
