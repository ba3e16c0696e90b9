// Scans JSON text without building values: checks that it is valid (RFC 8259), measures its nesting depth, and finds where the values
// at given paths start and end. Yields to other work, since a text may have megabytes.
import {
  type CutValue,
  countFound,
  decodeKey,
  type FoundCounts,
  forgetLater,
  nodeAt,
  type PathNode,
  pathTree,
} from './paths.ts';
import { JsonText } from './text.ts';
import { code, skipLiteral, skipNumber, skipScalarsBeforeLast, skipSpace, skipString } from './tokens.ts';

/** The text is not JSON, nests too deeply, or has too many values to cut out. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly kind: 'malformed' | 'too-deep' | 'too-many';

  constructor(kind: JsonFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface CutJson {
  /** The text with `{}`, `[]`, `""` or `0` in place of each cut-out value, so the remaining text can be parsed and checked. */
  skeleton: string;
  /** Returns the values at a path, in order. For a duplicate key, the last one counts, as in `JSON.parse`. */
  at(path: string): readonly CutValue[];
  /** Returns the value at a path, if there is one. */
  one(path: string): JsonText | undefined;
}

interface CutOptions {
  /** Deeper texts are rejected. */
  levels?: number;
  /** Texts with more values at the paths are rejected. */
  cutsMax?: number;
  /** True to read the text only up to the end of the first value that is cut out. */
  toFirst?: boolean;
}

const unlimited = Number.POSITIVE_INFINITY;
/** Characters to read before other work gets its turn: a few milliseconds. */
const charsOfTurn = 512 * 1024;
/** Cutting out a value takes as long as reading this many. */
const charsOfCut = 128;

/** Cuts out the values at `paths`, such as `inputs` or `input.rows.*`, where `*` stands for every member or element. Throws a JsonFault. */
export async function cutJson(
  text: string,
  paths: readonly string[],
  { levels = unlimited, cutsMax = unlimited, toFirst = false }: CutOptions = {},
): Promise<CutJson> {
  const scan = new JsonScan(text, paths, { levels, cutsMax, toFirst });
  while (!scan.advance(charsOfTurn)) await new Promise((resolve) => setTimeout(resolve, 0));
  return scan.result();
}

/** An open object or array. */
interface Level {
  isObject: boolean;
  node: PathNode | undefined;
  /** Counts before each member that is on a path. An array's elements share their paths. */
  foundBefore?: Map<PathNode, FoundCounts>;
}

/** The tokens allowed next. */
const expected = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, commaOrEnd: 4, nothing: 5 } as const;

/** A value being cut out. */
interface OpenCut {
  node: PathNode;
  from: number;
  depth: number;
  keyText: string;
  memberKeys: Set<string>;
}

class JsonScan {
  readonly #text: string;
  readonly #levelsMax: number;
  readonly #toFirst: boolean;
  readonly #root: PathNode;
  readonly #open: Level[] = [];
  #expected: number = expected.value;
  #at = 0;
  /** The next value's position in the paths, and its key. */
  #node: PathNode | undefined;
  #keyText = '';
  #cut: OpenCut | undefined;
  #pieces: string[] = [];
  #copiedTo = 0;
  #cutsLeft: number;
  /** Where this turn ends. */
  #until = 0;

  constructor(text: string, paths: readonly string[], { cutsMax, levels, toFirst }: Required<CutOptions>) {
    this.#text = text;
    this.#cutsLeft = cutsMax;
    this.#levelsMax = levels;
    this.#toFirst = toFirst;
    this.#root = pathTree(paths);
    this.#node = this.#root;
  }

  /** Reads about this many characters. Returns whether it has read as much of the text as it has to. */
  advance(chars: number): boolean {
    this.#until = this.#at + chars;
    for (;;) {
      if (this.#toFirst && this.#copiedTo > 0) return true;
      this.#at = skipSpace(this.#text, this.#at);
      if (this.#at >= this.#text.length) return this.#end();
      if (this.#at >= this.#until) return false;
      if (!this.#passScalars(this.#until)) this.#step(this.#text.charCodeAt(this.#at));
    }
  }

  result(): CutJson {
    const skeleton = this.#pieces.join('') + this.#text.slice(this.#copiedTo);
    const at = (path: string) => nodeAt(this.#root, path)?.found ?? [];
    return { skeleton, at, one: (path) => at(path).at(-1)?.text };
  }

  #end(): true {
    if (this.#expected !== expected.nothing) throw this.#malformed();
    return true;
  }

  #step(char: number): void {
    const next = this.#expected;
    if (next === expected.nothing) throw this.#malformed();
    if (next === expected.commaOrEnd) {
      if (char === code.comma) this.#comma();
      else this.#close(char);
    } else if (next === expected.valueOrEnd && char === code.closeBracket) this.#close(char);
    else if (next === expected.keyOrEnd && char === code.closeBrace) this.#close(char);
    else if (next === expected.key || next === expected.keyOrEnd) this.#key();
    else this.#value(char);
  }

  /** Passes over elements of an array in which nothing is cut out. Returns whether there were any. */
  #passScalars(until: number): boolean {
    const level = this.#open.at(-1);
    const isPassed = level && !level.isObject && (this.#cut !== undefined || level.node === undefined);
    if (!isPassed || this.#expected !== expected.value) return false;
    const from = this.#at;
    this.#at = skipScalarsBeforeLast(this.#text, from, until);
    return this.#at > from;
  }

  #comma(): void {
    const level = this.#open.at(-1);
    this.#at += 1;
    this.#expected = level?.isObject ? expected.key : expected.value;
    if (level?.node && !level.isObject) this.#node = level.node.below.get('*');
  }

  #key(): void {
    const from = this.#at;
    this.#at = this.#required(skipString(this.#text, from));
    const level = this.#open.at(-1);
    if (this.#cut && this.#open.length === this.#cut.depth + 1)
      this.#cut.memberKeys.add(decodeKey(this.#text.slice(from, this.#at)));
    else if (level?.node) {
      this.#keyText = this.#text.slice(from, this.#at);
      const named = level.node.below.get(decodeKey(this.#keyText));
      if (named) forgetEarlier(level, named);
      this.#node = named ?? level.node.below.get('*');
    }
    this.#at = skipSpace(this.#text, this.#at);
    if (this.#text.charCodeAt(this.#at) !== code.colon) throw this.#malformed();
    this.#at += 1;
    this.#expected = expected.value;
  }

  #value(char: number): void {
    const node = this.#node;
    this.#node = undefined;
    if (node?.isEnd && !this.#cut)
      this.#cut = { node, from: this.#at, depth: this.#open.length, keyText: this.#keyText, memberKeys: new Set() };
    if (char === code.openBrace || char === code.openBracket) this.#openLevel(char, this.#cut ? undefined : node);
    else {
      const endOf = char === code.quote ? skipString : char <= code.nine ? skipNumber : skipLiteral;
      this.#at = this.#required(endOf(this.#text, this.#at));
      this.#ended();
    }
  }

  #openLevel(char: number, node: PathNode | undefined): void {
    const isObject = char === code.openBrace;
    this.#open.push({ isObject, node });
    if (this.#open.length > this.#levelsMax)
      throw new JsonFault('too-deep', `The JSON is nested deeper than ${this.#levelsMax} levels`);
    this.#at += 1;
    this.#expected = isObject ? expected.keyOrEnd : expected.valueOrEnd;
    if (node && !isObject) this.#node = node.below.get('*');
  }

  #close(char: number): void {
    const level = this.#open.pop();
    if (!level || char !== (level.isObject ? code.closeBrace : code.closeBracket)) throw this.#malformed();
    this.#node = undefined;
    this.#at += 1;
    this.#ended();
  }

  /** Handles the end of a value, and of the cut that it started. */
  #ended(): void {
    const depth = this.#open.length;
    this.#expected = depth === 0 ? expected.nothing : expected.commaOrEnd;
    if (this.#cut?.depth === depth) this.#endCut(this.#cut);
  }

  #endCut({ from, keyText, memberKeys, node }: OpenCut): void {
    this.#until -= charsOfCut;
    this.#cutsLeft -= 1;
    if (this.#cutsLeft < 0) throw new JsonFault('too-many', 'The JSON has too many values to cut out');
    const text = this.#text.slice(from, this.#at);
    node.found.push({ text: new JsonText(text, [...memberKeys]), keyText, key: decodeKey(keyText) });
    this.#pieces.push(this.#text.slice(this.#copiedTo, from), shellOf(text));
    this.#copiedTo = this.#at;
    this.#cut = undefined;
  }

  #required(end: number): number {
    if (end === -1) throw this.#malformed();
    return end;
  }

  #malformed(): JsonFault {
    const where = this.#at >= this.#text.length ? 'it ends early' : `at character ${this.#at + 1}`;
    return new JsonFault('malformed', `The text is not valid JSON: ${where}`);
  }
}

/** Drops an earlier member of the same object with the same key. */
function forgetEarlier(level: Level, named: PathNode): void {
  level.foundBefore ??= new Map();
  const counts = level.foundBefore.get(named);
  if (counts) forgetLater(counts);
  else level.foundBefore.set(named, countFound(named));
}

/** Returns a placeholder for a value, with the same type. */
function shellOf(text: string): string {
  const shells: Record<string, string> = { '{': '{}', '[': '[]', '"': '""', t: 'true', f: 'false', n: 'null' };
  return shells[text[0] ?? ''] ?? '0';
}
