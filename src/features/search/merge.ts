// Merges an organization's queue into its blocks: replaces the postings of its plugins in each block with their terms. The plugins and
// their words don't change until the merge ends, so repeating it changes nothing. *Dies:* the lease expires, and the next sweep repeats it.
// Meanwhile, a search takes these plugins' words from the queue only.
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { indexLimits, mergeLease } from '../../contract/features/search/limits.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { LoopTurns } from '../../core/turns.ts';
import type { Db, Statement } from '../../db/client.ts';
import { isUnleased, keepLease, newLease, released } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { type Changes, changedLines, changesOf } from './lines.ts';
import { beginMerge, type IndexDeps } from './read-plugins.ts';
import { searchBlocks, searchWords } from './tables.ts';

/** Selects the first row of a queue that is to be merged, and that no worker is merging. */
export function selectDueMerge({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const { id, merging, number, organizationId } = searchWords;
  const first = sql`(select min(m.number) from ${searchWords} m where m.organization_id = ${organizationId} and m.merging)`;
  return db
    .select({ id, organizationId })
    .from(searchWords)
    .where(and(sql`${merging}`, sql`${number} = ${first}`, isUnleased(searchWords, clock.now())))
    .limit(1);
}

/** Merges a queue that is due. A round trip for each group of blocks, and four more. Returns whether there was any. */
export async function mergeDueQueue(deps: Omit<IndexDeps, 'blobs'>): Promise<boolean> {
  const { db, clock } = deps;
  const [due] = await selectDueMerge(deps);
  if (!due) return false;
  const { organizationId } = due;
  const lease = newLease(searchWords, due.id, mergeLease, clock.now());
  const isMerging = and(eq(searchWords.organizationId, organizationId), sql`${searchWords.merging}`);
  const { number, merged, queued, leaseToken } = searchWords;
  const [, rows, blocks] = await db.batch([
    db.update(searchWords).set(lease.taken).where(and(lease.isFree, isMerging)),
    db.select({ number, merged, queued, leaseToken }).from(searchWords).where(isMerging),
    db
      .select({ first: searchBlocks.first })
      .from(searchBlocks)
      .where(eq(searchBlocks.organizationId, organizationId))
      .orderBy(asc(searchBlocks.first)),
  ]);
  if (!rows.some((row) => row.leaseToken === lease.token)) return true;
  const isHeld = sql`exists (select 1 from ${searchWords} where ${lease.isHeld})`;
  await keepLease(deps, lease, mergeLease, async () => {
    const changes = changesOf(rows);
    const firsts = blocks.map(({ first }) => first);
    await changeBlocks(db, { organizationId, isHeld }, changes, partsOf(firsts, changes));
    const merge = { merged: sql`${queued}`, queued: null, merging: false, ...released };
    await db.batch([db.update(searchWords).set(merge).where(and(isMerging, isHeld)), beginMerge(db, organizationId)]);
  });
  return true;
}

/** Returns the terms that change in each block. `firsts` are sorted, as are the terms. */
function partsOf(firsts: readonly string[], { terms }: Changes): [first: string, terms: string[]][] {
  let block = '';
  let next = 0;
  const blockOf = (term: string) => {
    for (let first = firsts[next]; first !== undefined && first <= term; first = firsts[++next]) block = first;
    return block;
  };
  return [...Map.groupBy([...terms.keys()].sort(), blockOf)];
}

interface Merge {
  organizationId: OrganizationId;
  /** SQL: this worker still holds the lease, under which alone the blocks change. */
  isHeld: SQL;
}

async function changeBlocks(
  db: Db,
  merge: Merge,
  changes: Changes,
  parts: readonly [first: string, terms: string[]][],
): Promise<void> {
  const turns = new LoopTurns();
  const { blocksPerBatch } = indexLimits;
  for (let at = 0; at < parts.length; at += blocksPerBatch) {
    const group = parts.slice(at, at + blocksPerBatch);
    const { organizationId, first, lines } = searchBlocks;
    const firsts = group.map(([first]) => first);
    const found = await db
      .select({ first, lines })
      .from(searchBlocks)
      .where(and(eq(organizationId, merge.organizationId), inArray(first, firsts)));
    const texts = new Map(found.map((block) => [block.first, block.lines]));
    const statements: Statement[] = [];
    for (const [first, terms] of group) {
      const text = texts.get(first) ?? '';
      statements.push(...blockStatements(db, merge, first, changedLines(text, terms, changes)));
      await turns.spend(text.length);
    }
    const [one, ...others] = statements;
    if (one) await db.batch([one, ...others]);
  }
}

/** Builds the statements that replace a block, with several ones if it has become too long. */
function blockStatements(db: Db, merge: Merge, first: string, lines: readonly string[]): Statement[] {
  const { organizationId, isHeld } = merge;
  if (lines.length === 0 && first !== '') {
    const isBlock = and(eq(searchBlocks.organizationId, organizationId), eq(searchBlocks.first, first));
    return [db.delete(searchBlocks).where(and(isBlock, isHeld))];
  }
  return divided(first, lines).map(([start, text]) =>
    db
      .insert(searchBlocks)
      .select(sql`select ${organizationId}, ${start}, ${text} where ${isHeld}`)
      .onConflictDoUpdate({
        target: [searchBlocks.organizationId, searchBlocks.first],
        set: { lines: sql`excluded.lines` },
      }),
  );
}

/** Returns the lines' blocks, each with its first term. */
export function divided(first: string, lines: readonly string[]): [first: string, text: string][] {
  const { blockChars, newBlockChars } = indexLimits;
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  if (length <= blockChars) return [[first, lines.join('')]];
  const blocks: [first: string, text: string][] = [];
  for (const line of lines) {
    const block = blocks.at(-1);
    if (block && block[1].length + line.length <= newBlockChars) block[1] += line;
    else blocks.push([block ? line.slice(1, line.indexOf(' ')) : first, line]);
  }
  return blocks;
}
