// A user's JSON is forwarded as the text that was sent. Parsing and rewriting it would round large numbers, turn 2.0 into 2, reorder
// keys that look like integers and drop duplicates (decision 123).

/** The text of one JSON value. */
export class JsonText {
  readonly text: string;
  /** An object's keys in order, if a scan found it. */
  readonly keys: readonly string[];

  constructor(text: string, keys: readonly string[] = []) {
    this.text = text;
    this.keys = keys;
  }

  /** Returns the text without line breaks, which only occur between tokens. */
  onOneLine(): JsonText {
    return new JsonText(this.text.replace(/[\r\n]/g, ' '), this.keys);
  }

  /** Returns the value for inspection only: its numbers may be rounded and its keys reordered. */
  parsed(): unknown {
    return JSON.parse(this.text);
  }

  /** `JSON.stringify` can't write a text unchanged. */
  toJSON(): never {
    throw new TypeError('Write a value that holds a JsonText with writeJson');
  }
}

export const emptyObject = new JsonText('{}');
export const jsonNull = new JsonText('null');

/** Writes a value as JSON, with every `JsonText` in it unchanged. */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join(',')}}`;
}

/** Returns the Python type that a JSON text decodes to. */
export function pythonType(text: string): string {
  const types: Record<string, string> = { n: 'NoneType', '[': 'list', '{': 'dict', '"': 'str', t: 'bool', f: 'bool' };
  return types[text[0] ?? ''] ?? (/[.eE]/.test(text) ? 'float' : 'int');
}
