// Finds and ranks the plugins that an actor can see. Two round trips, and a third one for words that are found nowhere as typed. Reads the
// organization's queue and a few blocks for each word, and then only the plugins that are returned.
import { type Actor, requireScope } from '../../access/actor.ts';
import { indexLimits } from '../../contract/features/search/limits.ts';
import { Problem } from '../../core/problem.ts';
import type { Db } from '../../db/client.ts';
import { type FoundPlugin, readFound } from './found-plugins.ts';
import {
  asTyped,
  asWholeName,
  type Hit,
  isRare,
  type Lookup,
  rank,
  type Scores,
  scored,
  scoresOf,
  withTypos,
} from './rank.ts';
import { readBlocks, readIndex, type SearchFilter } from './read-index.ts';
import { joinedTerm, mayMistype, type Word, wordsOf } from './terms.ts';

export interface SearchRequest extends SearchFilter {
  q: string;
  limit: number;
}

export interface SearchResults {
  results: FoundPlugin[];
  hasMore: boolean;
}

/** Throws for a query without words, and for a namespace that the actor can't see. */
export async function searchPlugins(db: Db, actor: Actor, request: SearchRequest): Promise<SearchResults> {
  requireScope(actor, 'plugins:read');
  const { q, limit, ...filter } = request;
  const words = wordsOf(q, indexLimits.queryTerms);
  if (words.length === 0) throw noWords();
  const terms = [...new Set(words.flatMap(termsOfWord))];
  const [typed, wholeName] = [terms.map(asTyped), asWholeName(q)];
  const { index, seen } = await readIndex(db, actor, filter, prefixesOf([...typed, wholeName]));
  const byTerm = new Map(terms.map((term, i) => [term, scored(index, typed.slice(i, i + 1), seen)]));
  const wholeNames = scored(index, [wholeName], seen);
  const hits = rank(words, byTerm, wholeNames);
  const repairs = repairsOf(words, byTerm);
  if (words.length > 1 && hits.length === 0) repairs.push({ lookups: [asTyped(joinedTerm(q))], scores: wholeNames });
  if (repairs.length === 0) return firstFound(db, actor, hits, limit);
  const blocks = await readBlocks(db, actor, prefixesOf(repairs.flatMap(({ lookups }) => lookups)));
  for (const { lookups, scores } of repairs) scored({ ...index, blocks }, lookups, seen, scores);
  return firstFound(db, actor, rank(words, byTerm, wholeNames), limit);
}

function termsOfWord({ joined, parts }: Word): string[] {
  return [joined, ...parts];
}

interface Repair {
  lookups: Lookup[];
  /** Where the plugins are added that it finds. */
  scores: Scores;
}

/** Returns what may have been meant by words that no name, tag or description has. */
function repairsOf(words: readonly Word[], byTerm: ReadonlyMap<string, Scores>): Repair[] {
  const rare = new Set(words.filter((word) => isRare(scoresOf(word, byTerm))).flatMap(termsOfWord));
  return [...byTerm]
    .filter(([term, scores]) => rare.has(term) && mayMistype(term) && isRare(scores))
    .map(([term, scores]) => ({ lookups: withTypos(term), scores }));
}

/** Reads the best plugins that still exist. One round trip, unless many of them were deleted since the last sweep. */
async function firstFound(db: Db, actor: Actor, hits: readonly Hit[], limit: number): Promise<SearchResults> {
  const found: FoundPlugin[] = [];
  const { readAtMost, readMore } = indexLimits;
  let at = 0;
  for (let next = limit + 1; found.length <= limit && at < Math.min(hits.length, readAtMost); next += readMore) {
    found.push(...(await readFound(db, actor, hits.slice(at, next))));
    at = next;
  }
  return { results: found.slice(0, limit), hasMore: found.length > limit || at < hits.length };
}

function prefixesOf(lookups: readonly Lookup[]): string[] {
  return lookups.map(({ prefix }) => prefix);
}

function noWords(): Problem {
  const message = 'q must have a letter or a digit';
  return new Problem('invalid-request', message, { fields: [{ path: ['query', 'q'], message, type: 'no_words' }] });
}
