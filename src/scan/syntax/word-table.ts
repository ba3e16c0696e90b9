// Looks up keywords and watched words without allocating a string per word. The lexer hashes each word as it reads it, and the table
// compares the text with the one candidate in that slot. Soft keywords (match, case, type, _) are treated as names.
import { Token } from './token.ts';

const keywords = Object.entries(Token).filter(([, kind]) => kind >= Token.False && kind <= Token.yield);

export interface Word {
  text: string;
  token: Token;
  /** The caller's bit flags for the word. The lexer records every token whose role isn't 0. */
  role: number;
}

const slots = 4096;
export const hashSeed = 7;

/** Returns the hash with one more character added. Keeping it to 30 bits makes it a small integer. */
export function hashStep(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) & 0x3fffffff;
}

function hashOf(text: string): number {
  let hash = hashSeed;
  for (let at = 0; at < text.length; at += 1) hash = hashStep(hash, text.charCodeAt(at));
  return hash;
}

export class WordTable {
  private readonly table: (Word | undefined)[] = new Array<Word | undefined>(slots).fill(undefined);
  /** Words whose slot is taken by another word. */
  private readonly collisions = new Map<number, Word[]>();

  constructor(roles: ReadonlyMap<string, number>) {
    const others = new Map(roles);
    for (const [text, token] of keywords) {
      this.insert({ text, token, role: roles.get(text) ?? 0 });
      others.delete(text);
    }
    for (const [text, role] of others) this.insert({ text, token: Token.name, role });
  }

  private insert(word: Word): void {
    const slot = hashOf(word.text) & (slots - 1);
    if (this.table[slot] === undefined) this.table[slot] = word;
    else this.collisions.set(slot, [...(this.collisions.get(slot) ?? []), word]);
  }

  /** Returns the entry for the word at `start` with this hash and length, if any. */
  find(text: string, start: number, length: number, hash: number): Word | undefined {
    const slot = hash & (slots - 1);
    const word = this.table[slot];
    if (word === undefined || isAt(word, text, start, length)) return word;
    return this.collisions.get(slot)?.find((other) => isAt(other, text, start, length));
  }

  /** Finds a word as `find` does, if the form to compare isn't in the text. */
  findText(text: string): Word | undefined {
    return this.find(text, 0, text.length, hashOf(text));
  }
}

function isAt(word: Word, text: string, start: number, length: number): boolean {
  return word.text.length === length && text.startsWith(word.text, start);
}
