// Finds and ranks the plugins that an actor can see. Two round trips, and a third one if a word may have a typo. Reads the organization's
// queue and a few blocks for each word, and then only the plugins that are returned.
import { type Actor, requireScope } from '../../access/actor.ts';
import { indexLimits } from '../../contract/features/search/limits.ts';
import { Problem } from '../../core/problem.ts';
import type { Db } from '../../db/client.ts';
import { type FoundPlugin, readFound } from './found-plugins.ts';
import { asTyped, asWholeName, type Hit, isRare, type Lookup, rank, scored, withTypos } from './rank.ts';
import { readBlocks, readIndex, type SearchFilter } from './read-index.ts';
import { termsOf } from './terms.ts';

export interface SearchRequest extends SearchFilter {
  q: string;
  limit: number;
}

export interface SearchResults {
  results: FoundPlugin[];
  hasMore: boolean;
}

/** Throws for a query without letters and digits, and for a namespace that the actor can't see. */
export async function searchPlugins(db: Db, actor: Actor, request: SearchRequest): Promise<SearchResults> {
  requireScope(actor, 'plugins:read');
  const { q, limit, ...filter } = request;
  const words = termsOf(q, indexLimits.queryTerms);
  if (words.length === 0) throw noWords();
  const typed = words.map(asTyped);
  const wholeName = asWholeName(q);
  const { index, seen } = await readIndex(db, actor, filter, prefixesOf([...typed, wholeName]));
  const scores = typed.map((lookup) => scored(index, [lookup], seen));
  const typos = words.map((word, i) => (isRare(word, scores[i]) ? withTypos(word) : []));
  const blocks = await readBlocks(db, actor, prefixesOf(typos.flat()));
  typos.forEach((lookups, i) => {
    scored({ ...index, blocks }, lookups, seen, scores[i]);
  });
  return firstFound(db, actor, rank(scores, scored(index, [wholeName], seen)), limit);
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
