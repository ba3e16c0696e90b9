// Ranks plugins by their postings. A plugin is found if it has every word of the query, as typed, as the start of a word or with one typo,
// or if its whole name begins with the query.
import { fieldBits, marks, visitLines } from './lines.ts';
import { isOneTypo, isWholeOnly, mayMistype, reversed } from './terms.ts';

const weights = { name: 10, tags: 5, description: 3, readme: 1 } as const;
const factors = { prefix: 0.6, typo: 0.4 } as const;
const wholeName = { exact: 20, start: 6 } as const;

export type Field = keyof typeof fieldBits;
const fields: readonly Field[] = ['name', 'tags', 'description', 'readme'];

/** Weight of each mask of fields. */
const weightOf = Array.from({ length: 16 }, (_, mask) =>
  fieldsOf(mask).reduce((sum, field) => sum + weights[field], 0),
);

/** Texts in which some terms are looked up: an organization's queue, and blocks, without the numbers that are in the queue. */
export interface Texts {
  queue: readonly { number: number; lines: string }[];
  blocks: readonly string[];
}

export interface Found {
  score: number;
  /** The fields that matched, as bits. */
  mask: number;
}

export type Scores = Map<number, Found>;

export interface Hit extends Found {
  number: number;
}

export function fieldsOf(mask: number): Field[] {
  return fields.filter((field) => mask & fieldBits[field]);
}

/** Returns the prefix under which a word is looked up. A space ends the term. */
export function lookedUp(term: string): string {
  return isWholeOnly(term) ? `${term} ` : term;
}

/** Returns the plugins with a term that begins with the prefix. */
export function numbersOf(texts: Texts, prefix: string, accepts?: (term: string) => boolean): Set<number> {
  const numbers = new Set<number>();
  visitTexts(texts, prefix, (_, number) => numbers.add(number), accepts);
  return numbers;
}

/** Returns the scores of the plugins with the word. */
export function scoreWord(texts: Texts, word: string, isAllowed: (number: number) => boolean): Scores {
  const scores: Scores = new Map();
  visitTexts(texts, lookedUp(word), (term, number, mask) => {
    if (isAllowed(number))
      raise(scores, number, { score: weightOfMask(mask) * (term === word ? 1 : factors.prefix), mask });
  });
  return scores;
}

/** Returns whether nothing but READMEs has the word, so that it may have a typo. */
export function isRare(word: string, scores: Scores): boolean {
  return mayMistype(word) && ![...scores.values()].some(({ mask }) => mask & ~fieldBits.readme);
}

/** Adds the scores of the plugins whose names or tags have the word with one typo. `backward` texts are those of reversed words. */
export function addTypos(
  scores: Scores,
  { texts, prefix, word }: { texts: Texts; prefix: string; word: string },
  isAllowed: (number: number) => boolean,
): void {
  const typed = prefix.startsWith(marks.backward) ? reversed(word) : word;
  const add = (_: string, number: number, mask: number) => {
    if (isAllowed(number)) raise(scores, number, { score: weightOfMask(mask) * factors.typo, mask });
  };
  visitTexts(texts, prefix, add, (term) => isOneTypo(term.slice(1), typed));
}

/** Returns the plugins whose whole names begin with the query. */
export function scoreWholeNames(texts: Texts, term: string, isAllowed: (number: number) => boolean): Scores {
  const scores: Scores = new Map();
  visitTexts(texts, term, (found, number, mask) => {
    if (isAllowed(number)) raise(scores, number, { score: found === term ? wholeName.exact : wholeName.start, mask });
  });
  return scores;
}

/** Returns the found plugins, best first. Those with the same score follow from the newest to the oldest. */
export function rank(words: readonly Scores[], wholeNames: Scores): Hit[] {
  const hits = new Map<number, Hit>();
  const [first = new Map<number, Found>(), ...others] = words;
  for (const [number, { score, mask }] of first) {
    const found = others.map((scores) => scores.get(number));
    if (found.includes(undefined)) continue;
    const hit = { number, score, mask };
    for (const one of found) {
      hit.score += one?.score ?? 0;
      hit.mask |= one?.mask ?? 0;
    }
    hits.set(number, hit);
  }
  for (const [number, { score, mask }] of wholeNames) {
    const hit = hits.get(number);
    hits.set(number, { number, score: score + (hit?.score ?? 0), mask: mask | (hit?.mask ?? 0) });
  }
  return [...hits.values()].sort((a, b) => b.score - a.score || b.number - a.number);
}

function visitTexts(
  { queue, blocks }: Texts,
  prefix: string,
  visit: (term: string, number: number, mask: number) => void,
  accepts?: (term: string) => boolean,
): void {
  const hidden = new Set(queue.map(({ number }) => number));
  for (const { lines } of queue) visitLines(lines, prefix, visit, accepts);
  for (const text of blocks)
    visitLines(text, prefix, (term, number, mask) => hidden.has(number) || visit(term, number, mask), accepts);
}

function weightOfMask(mask: number): number {
  return weightOf[mask] ?? 0;
}

/** Keeps the higher score, and all fields. */
function raise(scores: Scores, number: number, { score, mask }: Found): void {
  const known = scores.get(number);
  if (!known) scores.set(number, { score, mask });
  else {
    known.score = Math.max(known.score, score);
    known.mask |= mask;
  }
}
