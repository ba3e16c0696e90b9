// Ranks plugins by their postings. A plugin is found if it has every word of the query, as typed, as the start of a word, in its parts or
// with one typo, or if its whole name begins with the query.
import { fieldBits, marks, visitLines } from './lines.ts';
import { isOneTypo, isWholeOnly, joinedTerm, reversed, type Word } from './terms.ts';

const weights = { name: 10, tags: 5, description: 3, readme: 1 } as const;
const factors = { wholeName: 2, word: 1, parts: 0.5, start: 0.6, typo: 0.4, letter: 0.1 } as const;

export type Field = keyof typeof fieldBits;
const fields: readonly Field[] = ['name', 'tags', 'description', 'readme'];

export const everyField = 15;

/** Weight of each mask of fields. */
const weightOf = Array.from({ length: everyField + 1 }, (_, mask) =>
  fieldsOf(mask).reduce((sum, field) => sum + weights[field], 0),
);

/** The parts of an index that a search has read. */
export interface Index {
  /** Plugins whose lines replace those in the blocks. */
  queue: readonly { number: number; lines: string }[];
  /** Texts of the blocks for each prefix. */
  blocks: ReadonlyMap<string, readonly string[]>;
}

/** Returns a plugin's fields, as bits, that the actor may find it by. */
export type SeenFields = (number: number) => number;

/** Terms that count as a word or a name of the query. */
export interface Lookup {
  /** Start of the terms. A space ends the term. */
  prefix: string;
  /** How much a term counts. 0 if it doesn't match. */
  factorOf(term: string): number;
}

interface Found {
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

export function asTyped(word: string): Lookup {
  const factorOf = (term: string) => (term === word ? factors.word : factors.start);
  return { prefix: isWholeOnly(word) ? `${word} ` : word, factorOf };
}

/** Looks up the whole names that begin with the query. A single letter says so little that any word of this letter counts more. */
export function asWholeName(query: string): Lookup {
  const joined = joinedTerm(query);
  const prefix = `${marks.whole}${joined}`;
  const start = isWholeOnly(joined) ? factors.letter : factors.start;
  return { prefix, factorOf: (term) => (term === prefix ? factors.wholeName : start) };
}

/** Looks up the words of names and tags that are one typo away. One half of each is as typed. */
export function withTypos(word: string): Lookup[] {
  const half = Math.floor((word.length - 1) / 2);
  const directions = [
    [marks.forward, word],
    [marks.backward, reversed(word)],
  ] as const;
  return directions.map(([mark, typed]) => ({
    prefix: `${mark}${typed.slice(0, half)}`,
    factorOf: (term) => (isOneTypo(term.slice(mark.length), typed) ? factors.typo : 0),
  }));
}

/** Calls `visit` with each posting of the terms that match. What is in the queue counts instead of what is in the blocks. */
export function visitIndex(
  { queue, blocks }: Index,
  { prefix, factorOf }: Lookup,
  visit: (term: string, number: number, mask: number) => void,
): void {
  const hidden = new Set(queue.map(({ number }) => number));
  const matches = (term: string) => factorOf(term) > 0;
  for (const { lines } of queue) visitLines(lines, prefix, visit, matches);
  for (const text of blocks.get(prefix) ?? [])
    visitLines(text, prefix, (term, number, mask) => hidden.has(number) || visit(term, number, mask), matches);
}

/** Adds to `scores` the plugins with a term that matches one of the lookups: the highest score of each, and all fields. */
export function scored(index: Index, lookups: readonly Lookup[], seen: SeenFields, scores: Scores = new Map()): Scores {
  for (const lookup of lookups)
    visitIndex(index, lookup, (term, number, mask) => {
      const known = mask & seen(number);
      if (known === 0) return;
      const score = (weightOf[known] ?? 0) * lookup.factorOf(term);
      const other = scores.get(number);
      scores.set(number, { score: Math.max(score, other?.score ?? 0), mask: known | (other?.mask ?? 0) });
    });
  return scores;
}

/** Returns whether nothing but READMEs has the word, so that it may have a typo. */
export function isRare(scores: Scores | undefined): boolean {
  return ![...(scores?.values() ?? [])].some(({ mask }) => mask & ~fieldBits.readme);
}

/** Returns the scores of a word by those of its terms. A plugin has it written as one, has each of its parts, or both, which counts most. */
export function scoresOf({ joined, parts }: Word, byTerm: ReadonlyMap<string, Scores>): Scores {
  const whole = byTerm.get(joined) ?? new Map();
  if (parts.length === 0) return whole;
  const scores = sums(
    parts.map((part) => byTerm.get(part) ?? new Map()),
    factors.parts,
  );
  for (const [number, { mask, score }] of whole) {
    const other = scores.get(number);
    scores.set(number, { score: score * parts.length + (other?.score ?? 0), mask: mask | (other?.mask ?? 0) });
  }
  return scores;
}

/** Adds up the scores of plugins that are in all of them. Begins with the fewest, so that frequent words cost little beside a rare one. */
function sums(all: readonly Scores[], factor = 1): Scores {
  const added: Scores = new Map();
  const byCount = all.toSorted((a, b) => a.size - b.size);
  for (const number of byCount[0]?.keys() ?? []) {
    const sum = sumOf(byCount, number);
    if (sum !== undefined) added.set(number, { score: sum.score * factor, mask: sum.mask });
  }
  return added;
}

function sumOf(all: readonly Scores[], number: number): Found | undefined {
  const sum = { score: 0, mask: 0 };
  for (const scores of all) {
    const found = scores.get(number);
    if (found === undefined) return;
    sum.score += found.score;
    sum.mask |= found.mask;
  }
  return sum;
}

/** Returns the found plugins, best first. Those with the same score follow from the newest to the oldest. */
export function rank(words: readonly Word[], byTerm: ReadonlyMap<string, Scores>, wholeNames: Scores): Hit[] {
  const hits = sums(words.map((word) => scoresOf(word, byTerm)));
  for (const [number, { score, mask }] of wholeNames) {
    const hit = hits.get(number) ?? { score: 0, mask: 0 };
    hits.set(number, { score: hit.score + score, mask: hit.mask | mask });
  }
  return [...hits]
    .map(([number, hit]) => ({ number, ...hit }))
    .sort((a, b) => b.score - a.score || b.number - a.number);
}
