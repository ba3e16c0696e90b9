// Reads the parts of an organization's index that a search needs: its queue, and the blocks of some terms.
import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import { indexLimits } from '../../contract/features/search/limits.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import type { Db } from '../../db/client.ts';
import { fieldBits, marks } from './lines.ts';
import { everyField, type Index, type SeenFields, visitIndex } from './rank.ts';
import { searchBlocks, searchWords } from './tables.ts';

export interface SearchFilter {
  kind?: PluginKind | undefined;
  namespaceId?: NamespaceId | undefined;
}

/** Reads the queue, and the blocks of these prefixes of terms and of the filter. One round trip. */
export async function readIndex(
  db: Db,
  actor: Actor,
  { kind, namespaceId }: SearchFilter,
  prefixes: readonly string[],
): Promise<{ index: Index; seen: SeenFields }> {
  const isLimited = namespaceId !== undefined || actor.namespaceIds !== null;
  const owner = namespaceId === undefined ? marks.owner : `${marks.owner}${namespaceId} `;
  const kindOnly = kind && `${marks.kind}${kind} `;
  const looked = [...prefixes, ...(isLimited ? [owner] : []), ...(kindOnly ? [kindOnly] : [])];
  const [queue, namespaces, ...found] = await db.batch([
    selectQueue(db, actor),
    selectNamespace(db, actor, namespaceId ?? noNamespace),
    ...looked.map((prefix) => selectBlocks(db, actor, prefix)),
  ]);
  if (namespaceId !== undefined) requireNamespace(namespaces, namespaceId);
  const index = { queue, blocks: textsBy(looked, found) };
  const numbersOf = (prefix: string, fieldsOf: (term: string) => number) => {
    const numbers = new Map<number, number>();
    visitIndex(index, { prefix, factorOf: fieldsOf }, (term, number) => numbers.set(number, fieldsOf(term)));
    return numbers;
  };
  const owned = isLimited
    ? numbersOf(owner, (term) => fieldsOfOwner(actor, term.slice(marks.owner.length)))
    : undefined;
  const ofKind = kindOnly ? numbersOf(kindOnly, () => everyField) : undefined;
  const maskIn = (numbers: Map<number, number> | undefined, number: number) =>
    numbers ? (numbers.get(number) ?? 0) : everyField;
  return { index, seen: (number) => maskIn(owned, number) & maskIn(ofKind, number) };
}

/** An ID that no namespace has. */
const noNamespace: NamespaceId = 'ns_';

/** Returns the fields that the actor may find an owner's plugins by. Keys bound to namespaces can list the organization's by name. */
function fieldsOfOwner({ namespaceIds, organizationId }: Actor, ownerId: string): number {
  if (namespaceIds === null || new Set<string>(namespaceIds).has(ownerId)) return everyField;
  return ownerId === organizationId ? fieldBits.name : 0;
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
export async function readBlocks(db: Db, actor: Actor, prefixes: readonly string[]): Promise<Index['blocks']> {
  const [first, ...others] = prefixes.map((prefix) => selectBlocks(db, actor, prefix));
  return textsBy(prefixes, first ? await db.batch([first, ...others]) : []);
}

function textsBy(prefixes: readonly string[], found: readonly { lines: string }[][]): Index['blocks'] {
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
