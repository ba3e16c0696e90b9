// Reads JSON text into a tree for display and editing. Unlike `JSON.parse`, it keeps the text of numbers and strings, and the order and
// duplicates of keys.
import { JsonFault } from './scan.ts';
import { code, skipLiteral, skipNumber, skipSpace, skipString } from './tokens.ts';

/** The text of a string, number or literal; an array's items; or an object. */
export type JsonTree = string | readonly JsonTree[] | JsonMembers;

export type JsonMember = readonly [keyText: string, value: JsonTree];

export interface JsonMembers {
  readonly members: readonly JsonMember[];
}

/** Throws a JsonFault if the text is not JSON. */
export function readJsonTree(text: string): JsonTree {
  const reader = new TreeReader(text);
  const tree = reader.value();
  reader.end();
  return tree;
}

/** Returns undefined if the text is not JSON. */
export function tryReadJsonTree(text: string): JsonTree | undefined {
  try {
    return readJsonTree(text);
  } catch {
    return undefined;
  }
}

export function isJsonArray(tree: JsonTree): tree is readonly JsonTree[] {
  return Array.isArray(tree);
}

export function isJsonString(tree: JsonTree): tree is string {
  return typeof tree === 'string' && tree.startsWith('"');
}

export function isJsonNumber(tree: JsonTree): boolean {
  return typeof tree === 'string' && /^[-\d]/.test(tree);
}

/** Returns an object's members by key; for duplicates, the last one counts. Other values have no members. */
export function readMembers(tree: JsonTree): Map<string, JsonTree> {
  if (typeof tree === 'string' || isJsonArray(tree)) return new Map();
  return new Map(tree.members.map(([keyText, value]) => [decodeString(keyText), value]));
}

/** Decodes a string's text to its value. */
export function decodeString(text: string): string {
  return String(JSON.parse(text));
}

/** Writes a tree without white space. */
export function compactJson(tree: JsonTree): string {
  if (typeof tree === 'string') return tree;
  if (isJsonArray(tree)) return `[${tree.map(compactJson).join(',')}]`;
  return `{${tree.members.map(([keyText, value]) => `${keyText}:${compactJson(value)}`).join(',')}}`;
}

/** Writes an array in a special form, or returns undefined for the default. */
export type ArrayWriter = (items: readonly JsonTree[], indent: string) => string | undefined;

/** Writes a tree on several lines, as `JSON.stringify` does with two spaces. */
export function indentedJson(tree: JsonTree, writeArray: ArrayWriter = () => undefined, indent = ''): string {
  if (typeof tree === 'string') return tree;
  const inner = `${indent}  `;
  if (isJsonArray(tree))
    return (
      writeArray(tree, indent) ??
      enclosed(
        '[]',
        tree.map((item) => indentedJson(item, writeArray, inner)),
        indent,
      )
    );
  const members = tree.members.map(([keyText, value]) => `${keyText}: ${indentedJson(value, writeArray, inner)}`);
  return enclosed('{}', members, indent);
}

function enclosed(brackets: '[]' | '{}', parts: string[], indent: string): string {
  if (parts.length === 0) return brackets;
  return `${brackets[0]}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${brackets[1]}`;
}

/** Returns whether `JSON.stringify` reproduces the text from a JavaScript literal, ignoring white space. */
export function survivesJavaScript(text: string): boolean {
  const compact = compactJson(readJsonTree(text));
  // In a literal, this key sets the prototype.
  return JSON.stringify(JSON.parse(text)) === compact && !compact.includes('"__proto__":');
}

class TreeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): JsonTree {
    this.#skipSpace();
    const char = this.#text.charCodeAt(this.#at);
    if (char === code.openBrace) return { members: this.#list(code.closeBrace, () => this.#member()) };
    if (char === code.openBracket) return this.#list(code.closeBracket, () => this.value());
    if (char === code.quote) return this.#token(skipString);
    return this.#token(char <= code.nine ? skipNumber : skipLiteral);
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#malformed();
  }

  /** Reads the content between two brackets, starting at the first one. */
  #list<Item>(close: number, read: () => Item): Item[] {
    const items: Item[] = [];
    this.#at += 1;
    if (this.#take(close)) return items;
    do items.push(read());
    while (this.#take(code.comma));
    if (!this.#take(close)) throw this.#malformed();
    return items;
  }

  #member(): JsonMember {
    this.#skipSpace();
    const keyText = this.#token(skipString);
    if (!this.#take(code.colon)) throw this.#malformed();
    return [keyText, this.value()];
  }

  #token(endOf: (text: string, from: number) => number): string {
    const from = this.#at;
    const end = endOf(this.#text, from);
    if (end === -1) throw this.#malformed();
    this.#at = end;
    return this.#text.slice(from, end);
  }

  #take(char: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== char) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    this.#at = skipSpace(this.#text, this.#at);
  }

  #malformed(): JsonFault {
    return new JsonFault('malformed', `The text is not valid JSON at character ${this.#at + 1}`);
  }
}
