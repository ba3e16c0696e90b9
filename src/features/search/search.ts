// Finds and ranks the plugins that an actor can see. Two round trips, and a third one if a word may have a typo. Reads the organization's
// queue and a few blocks for each word, and then only the plugins that are returned.
import { type Actor, requireScope } from '../../access/actor.ts';
import { indexLimits } from '../../contract/features/search/limits.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import { type FoundPlugin, readFound } from './found-plugins.ts';
import { marks } from './lines.ts';
import { addTypos, isRare, lookedUp, rank, scoreWholeNames, scoreWord } from './rank.ts';
import { readBlocks, readIndex, type SearchFilter } from './read-index.ts';
import { halvesOf, joinedTerm, termsOf } from './terms.ts';

export interface SearchRequest extends SearchFilter {
  q: string;
  limit: number;
}

/** Throws for a query without letters and digits, and for a namespace that the actor can't see. */
export async function searchPlugins(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { q, limit, ...filter }: SearchRequest,
): Promise<{ results: FoundPlugin[]; hasMore: boolean }> {
  requireScope(actor, 'plugins:read');
  const words = termsOf(q, indexLimits.queryTerms);
  if (words.length === 0) throw noWords();
  const whole = `${marks.whole}${joinedTerm(q)}`;
  const { isAllowed, queue, texts } = await readIndex(db, actor, filter, [...words.map(lookedUp), whole]);
  const scores = words.map((word) => scoreWord(texts(lookedUp(word)), word, isAllowed));
  const rare = words.flatMap((word, i) => {
    const own = scores[i];
    if (!own || !isRare(word, own)) return [];
    const { start, end } = halvesOf(word);
    return [`${marks.forward}${start}`, `${marks.backward}${end}`].map((prefix) => ({ own, prefix, word }));
  });
  const blocks = await readBlocks(
    db,
    actor,
    rare.map(({ prefix }) => prefix),
  );
  for (const { own, prefix, word } of rare)
    addTypos(own, { word, prefix, texts: { queue, blocks: blocks.get(prefix) ?? [] } }, isAllowed);
  const hits = rank(scores, scoreWholeNames(texts(whole), whole, isAllowed));
  const best = hits.slice(0, limit + indexLimits.spare);
  const found = await readFound(db, actor, best);
  return { results: found.slice(0, limit), hasMore: found.length > limit || hits.length > best.length };
}

function noWords(): Problem {
  const message = 'q must have a letter or a digit';
  return new Problem('invalid-request', message, { fields: [{ path: ['query', 'q'], message, type: 'no_words' }] });
}
