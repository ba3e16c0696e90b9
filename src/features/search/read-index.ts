// Reads the parts of an organization's index that a search needs: its queue, and the blocks of some terms.
import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/namespaces.ts';
import { indexLimits } from '../../contract/features/search/limits.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import type { Db } from '../../db/client.ts';
import { marks } from './lines.ts';
import { numbersOf, type Texts } from './rank.ts';
import { searchBlocks, searchWords } from './tables.ts';

export interface SearchFilter {
  kind?: PluginKind | undefined;
  namespaceId?: NamespaceId | undefined;
}

interface IndexParts {
  queue: Texts['queue'];
  /** Returns the texts for one of the prefixes. */
  texts(prefix: string): Texts;
  /** Returns whether the actor may see the plugin, and the filter admits it. */
  isAllowed(number: number): boolean;
}

/** Reads the queue, and the blocks of these prefixes of terms and of the filter. One round trip. */
export async function readIndex(
  db: Db,
  actor: Actor,
  { kind, namespaceId }: SearchFilter,
  prefixes: readonly string[],
): Promise<IndexParts> {
  const kindPrefix = kind && `${marks.kind}${kind} `;
  const isBound = namespaceId !== undefined || actor.namespaceIds !== null;
  const ownerPrefix = namespaceId === undefined ? marks.owner : `${marks.owner}${namespaceId} `;
  const looked = [...prefixes, ...(kindPrefix ? [kindPrefix] : []), ...(isBound ? [ownerPrefix] : [])];
  const [queue, namespaces, ...blocks] = await db.batch([
    selectQueue(db, actor),
    selectNamespace(db, actor, namespaceId ?? noNamespace),
    ...looked.map((prefix) => selectBlocks(db, actor, prefix)),
  ]);
  if (namespaceId !== undefined) requireNamespace(namespaces, namespaceId);
  const byPrefix = new Map(looked.map((prefix, i) => [prefix, (blocks[i] ?? []).map(({ lines }) => lines)]));
  const texts = (prefix: string): Texts => ({ queue, blocks: byPrefix.get(prefix) ?? [] });
  const isSeen = (term: string) => isOwner(actor, term.slice(marks.owner.length));
  const owned = isBound ? numbersOf(texts(ownerPrefix), ownerPrefix, isSeen) : undefined;
  const ofKind = kindPrefix ? numbersOf(texts(kindPrefix), kindPrefix) : undefined;
  const isAllowed = (number: number) => owned?.has(number) !== false && ofKind?.has(number) !== false;
  return { queue, texts, isAllowed };
}

/** An ID that no namespace has. */
const noNamespace: NamespaceId = 'ns_';

/** Returns whether the actor can see an owner's plugins. Keys bound to namespaces see those of the organization, to enable them. */
function isOwner({ namespaceIds, organizationId }: Actor, ownerId: string): boolean {
  if (namespaceIds === null || ownerId === organizationId) return true;
  return new Set<string>(namespaceIds).has(ownerId);
}

function selectQueue(db: Db, actor: Actor) {
  const { number, organizationId, queued } = searchWords;
  return db
    .select({ number, lines: sql<string>`${queued}` })
    .from(searchWords)
    .where(and(eq(organizationId, actor.organizationId), isNotNull(queued)))
    .orderBy(asc(number))
    .limit(indexLimits.queued + indexLimits.readTogether);
}

/** Reads the blocks of these prefixes of terms, in one round trip. None, if there are no prefixes. */
export async function readBlocks(db: Db, actor: Actor, prefixes: readonly string[]): Promise<Map<string, string[]>> {
  const [first, ...others] = prefixes.map((prefix) => selectBlocks(db, actor, prefix));
  if (!first) return new Map();
  const found = await db.batch([first, ...others]);
  return new Map(prefixes.map((prefix, i) => [prefix, (found[i] ?? []).map(({ lines }) => lines)]));
}

/** Selects the blocks with the terms that begin with the prefix. A space at its end ends the term. */
function selectBlocks(db: Db, actor: Actor, prefix: string) {
  const { first, lines, organizationId } = searchBlocks;
  const term = prefix.trimEnd();
  const last = term === prefix ? `${term}\uffff` : term;
  const isOurs = sql`${organizationId} = ${actor.organizationId}`;
  const start = sql`(select ${first} from ${searchBlocks} where ${isOurs} and ${first} <= ${term} order by ${first} desc limit 1)`;
  return db
    .select({ lines })
    .from(searchBlocks)
    .where(and(isOurs, sql`${first} >= coalesce(${start}, '')`, sql`${first} <= ${last}`))
    .orderBy(asc(first))
    .limit(prefix === marks.owner ? indexLimits.ownerBlocks : indexLimits.blocksPerPrefix);
}
