// Ranks plugins by their postings. A plugin is found if it has every word of the query, as typed, as the start of a word or with one typo,
// or if its whole name begins with the query.
import { fieldBits, marks, visitLines } from './lines.ts';
import { isOneTypo, isWholeOnly, joinedTerm, mayMistype, reversed } from './terms.ts';

const weights = { name: 10, tags: 5, description: 3, readme: 1 } as const;
const factors = { wholeName: 2, word: 1, start: 0.6, typo: 0.4 } as const;

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

type Scores = Map<number, Found>;

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

/** Looks up the whole names that begin with the query. */
export function asWholeName(query: string): Lookup {
  const prefix = `${marks.whole}${joinedTerm(query)}`;
  return { prefix, factorOf: (term) => (term === prefix ? factors.wholeName : factors.start) };
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
export function isRare(word: string, scores: Scores | undefined): boolean {
  return mayMistype(word) && ![...(scores?.values() ?? [])].some(({ mask }) => mask & ~fieldBits.readme);
}

/** Returns the found plugins, best first. Those with the same score follow from the newest to the oldest. */
export function rank([first = new Map(), ...others]: readonly Scores[], wholeNames: Scores): Hit[] {
  const hits = new Map<number, Hit>();
  const add = (number: number, { score, mask }: Found) => {
    const hit = hits.get(number) ?? { number, score: 0, mask: 0 };
    hits.set(number, { number, score: hit.score + score, mask: hit.mask | mask });
  };
  for (const [number, one] of first) {
    const found = others.flatMap((scores) => scores.get(number) ?? []);
    if (found.length === others.length) for (const word of [one, ...found]) add(number, word);
  }
  for (const [number, name] of wholeNames) add(number, name);
  return [...hits.values()].sort((a, b) => b.score - a.score || b.number - a.number);
}
