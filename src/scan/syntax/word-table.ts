// Keywords and watched names, told apart from other words without making a string of each: the lexer hashes a word as it reads it,
// and compares the text with the only candidate. Soft keywords (match, case, type, _) are names to it.
import { Token } from './token.ts';

const keywords = [
  'False',
  'None',
  'True',
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
] as const;

export interface Word {
  text: string;
  token: Token;
  /** What it is to the caller, who is told of each that is anything. */
  role: number;
}

const slots = 4096;
export const hashSeed = 7;

/** The next state of the hash after one more character; 31 bits, so that it stays a small integer. */
export function hashStep(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) & 0x3fffffff;
}

export class WordTable {
  private readonly table: (Word | undefined)[] = new Array<Word | undefined>(slots).fill(undefined);
  /** Words whose slot another word has. */
  private readonly collisions = new Map<number, Word[]>();

  constructor(roles: ReadonlyMap<string, number>) {
    const others = new Map(roles);
    for (const text of keywords) {
      this.insert({ text, token: Token[text], role: roles.get(text) ?? 0 });
      others.delete(text);
    }
    for (const [text, role] of others) this.insert({ text, token: Token.name, role });
  }

  private insert(word: Word): void {
    let hash = hashSeed;
    for (let at = 0; at < word.text.length; at += 1) hash = hashStep(hash, word.text.charCodeAt(at));
    const slot = hash & (slots - 1);
    if (this.table[slot] === undefined) this.table[slot] = word;
    else this.collisions.set(slot, [...(this.collisions.get(slot) ?? []), word]);
  }

  /** The word at `start`, of this hash and length, if it is one of these. */
  find(text: string, start: number, length: number, hash: number): Word | undefined {
    const slot = hash & (slots - 1);
    const word = this.table[slot];
    if (word === undefined || isAt(word, text, start, length)) return word;
    return this.collisions.get(slot)?.find((other) => isAt(other, text, start, length));
  }

  /** The same for a word that is not spelled as it is compared. */
  findText(text: string): Word | undefined {
    let hash = hashSeed;
    for (let at = 0; at < text.length; at += 1) hash = hashStep(hash, text.charCodeAt(at));
    return this.find(text, 0, text.length, hash);
  }
}

function isAt(word: Word, text: string, start: number, length: number): boolean {
  return word.text.length === length && text.startsWith(word.text, start);
}
