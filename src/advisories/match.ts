// Finds the versions that new or changed advisories affect. Compares some advisories at a time with each version of a package once, however
// many plugins contain it, and then writes the hits from the index in pieces.
import { asc, inArray, sql } from 'drizzle-orm';
import { advisoryLimits } from '../contract/limits/scans.ts';
import { readTogether, writeAndRead } from '../db/client.ts';
import {
  advisories,
  advisoryPackages,
  packageVersions,
  versionAdvisories,
  versionPackages,
} from '../db/schema/advisories.ts';
import type { Deps } from '../deps.ts';
import { findHits, type Hit, type Statement } from './hits.ts';

type MatchDeps = Pick<Deps, 'db' | 'clock'>;

/** Selects changed advisories. The condition is literal, to match the index. */
export function selectUnmatched({ db }: Pick<Deps, 'db'>) {
  return db
    .select({ id: advisories.id, digest: advisories.digest, withdrawnAt: advisories.withdrawnAt })
    .from(advisories)
    .where(sql`${advisories.matchDue}`)
    .orderBy(asc(advisories.id))
    .limit(advisoryLimits.matchedAtOnce);
}

/**
 * Matches changed advisories until `goesOn` returns false. Returns true once none is due. *Dies:* the advisories stay due, and the next
 * call repeats them.
 */
export async function matchChanged(deps: MatchDeps, goesOn: () => boolean): Promise<boolean> {
  while (goesOn()) {
    const { due, statements, used } = await readDue(deps);
    if (due.length > 0) await storeMatch(deps, { due, used }, await findHits(validStatements(due, statements), used));
    if (due.length < advisoryLimits.matchedAtOnce) return true;
  }
  return false;
}

/** Reads changed advisories, what they say about packages, and the versions of these packages. */
function readDue(deps: MatchDeps) {
  const { db } = deps;
  const isDue = sql`${advisoryPackages.advisoryId} in (select id from (${selectUnmatched(deps).getSQL()}))`;
  const isNamed = sql`(${packageVersions.ecosystem}, ${packageVersions.name}) in (select ${advisoryPackages.ecosystem}, ${advisoryPackages.name} from ${advisoryPackages} where ${isDue})`;
  return readTogether(db, {
    due: selectUnmatched(deps),
    statements: db.select().from(advisoryPackages).where(isDue),
    used: db.select().from(packageVersions).where(isNamed),
  });
}

type Due = Awaited<ReturnType<typeof readDue>>;

/** Returns the statements of the advisories that weren't withdrawn. */
function validStatements(due: Due['due'], statements: Due['statements']): Statement[] {
  const digests = new Map(due.flatMap(({ digest, id, withdrawnAt }) => (withdrawnAt === null ? [[id, digest]] : [])));
  return statements.flatMap((statement) => {
    const digest = digests.get(statement.advisoryId);
    return digest === undefined ? [] : [{ ...statement, digest }];
  });
}

/**
 * Replaces the advisories' hits. Each statement writes a limited number, and only for advisories that haven't changed since. Hits of
 * packages that weren't compared stay: a version that was indexed in the meantime found them, with the same edition (index-version.ts).
 */
async function storeMatch(
  deps: MatchDeps,
  { due, used }: Pick<Due, 'due' | 'used'>,
  hits: readonly Hit[],
): Promise<void> {
  const { db } = deps;
  const editions = JSON.stringify(due.map(({ digest, id }) => [id, digest]));
  const same = sql`(select a.id from json_each(${editions}) e cross join ${advisories} a on a.id = e.value ->> 0 and a.digest = e.value ->> 1)`;
  const kept = sql`(select h.value ->> 'advisory', h.value ->> 'purl' from json_each(${JSON.stringify(hits)}) h)`;
  const compared = sql`(select value from json_each(${JSON.stringify(used.map(({ purl }) => purl))}))`;
  const named = sql`exists (select 1 from ${packageVersions} cross join ${advisoryPackages} on ${advisoryPackages.advisoryId} = ${versionAdvisories.advisoryId} and ${advisoryPackages.ecosystem} = ${packageVersions.ecosystem} and ${advisoryPackages.name} = ${packageVersions.name} where ${packageVersions.purl} = ${versionAdvisories.purl})`;
  const stale = sql`rowid in (select rowid from ${versionAdvisories} where ${versionAdvisories.advisoryId} in ${same} and (${versionAdvisories.advisoryId}, ${versionAdvisories.purl}) not in ${kept} and (${versionAdvisories.purl} in ${compared} or not ${named}) limit ${advisoryLimits.hitsAtOnce})`;
  let removed: number = advisoryLimits.hitsAtOnce;
  while (removed === advisoryLimits.hitsAtOnce) {
    const rows = await db.delete(versionAdvisories).where(stale).returning({ id: versionAdvisories.versionId });
    removed = rows.length;
  }
  await insertHits(deps, hits);
  await db.update(advisories).set({ matchDue: false }).where(inArray(advisories.id, same));
}

/**
 * Writes the hits for all versions that contain the packages. A package's versions are walked by their IDs, so a large number of them
 * takes several statements. A known hit is analyzed again, because the advisory may name other functions now.
 */
async function insertHits({ db, clock }: MatchDeps, hits: readonly Hit[]): Promise<void> {
  let left: (Hit & { after: string })[] = hits.map((hit) => ({ ...hit, after: '' }));
  while (left.length > 0) {
    const list = JSON.stringify(left.slice(0, advisoryLimits.hitsAtOnce));
    const valid = sql`json_each(${list}) h cross join ${advisories} on ${advisories.id} = h.value ->> 'advisory' and ${advisories.digest} = h.value ->> 'digest'`;
    const contained = sql`${valid} cross join ${versionPackages} on ${versionPackages.purl} = h.value ->> 'purl' and ${versionPackages.versionId} > h.value ->> 'after'`;
    const { written } = await writeAndRead(db, [], {
      written: db
        .insert(versionAdvisories)
        .select(
          sql`select ${versionPackages.versionId}, ${advisories.id}, ${versionPackages.purl}, ${versionPackages.organizationId}, h.value ->> 'fixed', 'unknown', h.value ->> 'uncompared', h.value ->> 'reach', 1, ${clock.now()} from ${contained} where true limit ${advisoryLimits.hitsAtOnce} on conflict do update set fixed_in = excluded.fixed_in, uncompared = excluded.uncompared, reach = 'unknown', reach_due = excluded.reach_due`,
        )
        .returning({
          versionId: versionAdvisories.versionId,
          advisory: versionAdvisories.advisoryId,
          purl: versionAdvisories.purl,
        }),
    });
    left = remaining(left, written);
  }
}

/** Returns the hits that are left after a statement, the last one from the version that it wrote last. */
function remaining<Walked extends Hit & { after: string }>(
  left: readonly Walked[],
  written: readonly { versionId: string; advisory: string; purl: string }[],
): Walked[] {
  const last = written.at(-1);
  if (written.length < advisoryLimits.hitsAtOnce || !last) return left.slice(advisoryLimits.hitsAtOnce);
  const at = left.findIndex(({ advisory, purl }) => purl === last.purl && advisory === last.advisory);
  return left.slice(at).map((hit, i) => (i === 0 ? { ...hit, after: last.versionId } : hit));
}
