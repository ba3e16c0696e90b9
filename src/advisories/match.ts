// Finds the versions that a new or changed advisory affects. Compares the advisory with each version of a package once, however many
// plugins contain it, and then writes the hits from the index in pieces.
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { advisoryLimits } from '../contract/limits/scans.ts';
import { LoopTurns } from '../core/turns.ts';
import { writeAndRead } from '../db/client.ts';
import {
  advisories,
  advisoryPackages,
  packageVersions,
  versionAdvisories,
  versionPackages,
} from '../db/schema/advisories.ts';
import type { Deps } from '../deps.ts';
import { type Hit, hitFor } from './hits.ts';

type MatchDeps = Pick<Deps, 'db' | 'clock'>;
type Changed = Awaited<ReturnType<typeof selectUnmatched>>[number];

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
 * Matches changed advisories until `goesOn` returns false. Returns true once none is due. *Dies:* the advisory stays due, and the next
 * call repeats it.
 */
export async function matchChanged(deps: MatchDeps, goesOn: () => boolean): Promise<boolean> {
  while (goesOn()) {
    const due = await selectUnmatched(deps);
    const hits = await compareAll(deps, due);
    for (const advisory of due) {
      if (!goesOn()) return false;
      await storeMatch(deps, advisory, hits.get(advisory.id) ?? []);
    }
    if (due.length < advisoryLimits.matchedAtOnce) return true;
  }
  return false;
}

/** Returns the hits of each advisory, one per version of a package. */
async function compareAll({ db }: MatchDeps, due: readonly Changed[]): Promise<Map<string, Hit[]>> {
  const valid = new Map(due.filter(({ withdrawnAt }) => withdrawnAt === null).map((one) => [one.id, one]));
  const hits = new Map<string, Hit[]>();
  if (valid.size === 0) return hits;
  const turns = new LoopTurns();
  const statements = await db
    .select()
    .from(advisoryPackages)
    .where(inArray(advisoryPackages.advisoryId, [...valid.keys()]));
  const names = JSON.stringify(statements.map(({ ecosystem, name }) => [ecosystem, name]));
  const used = await db
    .select()
    .from(packageVersions)
    .where(
      sql`(${packageVersions.ecosystem}, ${packageVersions.name}) in (select n.value ->> 0, n.value ->> 1 from json_each(${names}) n)`,
    );
  const byName = Map.groupBy(used, ({ ecosystem, name }) => `${ecosystem} ${name}`);
  for (const { advisoryId, ecosystem, name, affected } of statements) {
    const digest = valid.get(advisoryId)?.digest ?? '';
    for (const one of byName.get(`${ecosystem} ${name}`) ?? []) {
      const hit = hitFor({ advisoryId, digest, affected }, one);
      if (hit) hits.set(advisoryId, [...(hits.get(advisoryId) ?? []), hit]);
      await turns.spend(advisoryLimits.comparisonBytes);
    }
  }
  return hits;
}

/** Replaces the advisory's hits. Each statement writes a limited number. */
async function storeMatch(deps: MatchDeps, { id, digest }: Changed, hits: readonly Hit[]): Promise<void> {
  const { db } = deps;
  const purls = JSON.stringify(hits.map(({ purl }) => purl));
  const stale = sql`rowid in (select rowid from ${versionAdvisories} where ${versionAdvisories.advisoryId} = ${id} and ${versionAdvisories.purl} not in (select value from json_each(${purls})) limit ${advisoryLimits.hitsAtOnce})`;
  const isSame = sql`exists (select 1 from ${advisories} where ${advisories.id} = ${id} and ${advisories.digest} = ${digest})`;
  let removed: number = advisoryLimits.hitsAtOnce;
  while (removed === advisoryLimits.hitsAtOnce) {
    const rows = await db
      .delete(versionAdvisories)
      .where(and(stale, isSame))
      .returning({ id: versionAdvisories.versionId });
    removed = rows.length;
  }
  await insertHits(deps, hits);
  await db
    .update(advisories)
    .set({ matchDue: false })
    .where(and(eq(advisories.id, id), eq(advisories.digest, digest)));
}

/**
 * Writes the hits for all versions that contain the packages. A package's versions are walked by their IDs, so a large number of them
 * takes several statements. A known hit is analyzed again, because the advisory may name other functions now.
 */
async function insertHits({ db, clock }: MatchDeps, hits: readonly Hit[]): Promise<void> {
  let left: (Hit & { after: string })[] = hits.map((hit) => ({ ...hit, after: '' }));
  while (left.length > 0) {
    const contained = sql`json_each(${JSON.stringify(left.slice(0, advisoryLimits.hitsAtOnce))}) h cross join ${versionPackages} on ${versionPackages.purl} = h.value ->> 'purl' and ${versionPackages.versionId} > h.value ->> 'after'`;
    const isSame = sql`exists (select 1 from ${advisories} where ${advisories.id} = ${left[0]?.advisory} and ${advisories.digest} = ${left[0]?.digest})`;
    const { written } = await writeAndRead(db, [], {
      written: db
        .insert(versionAdvisories)
        .select(
          sql`select ${versionPackages.versionId}, h.value ->> 'advisory', ${versionPackages.purl}, ${versionPackages.organizationId}, h.value ->> 'fixed', 'unknown', h.value ->> 'reach', 1, ${clock.now()} from ${contained} where ${isSame} limit ${advisoryLimits.hitsAtOnce} on conflict do update set fixed_in = excluded.fixed_in, reach = 'unknown', reach_due = excluded.reach_due`,
        )
        .returning({ versionId: versionAdvisories.versionId, purl: versionAdvisories.purl }),
    });
    left = remaining(left, written);
  }
}

/** Returns the hits that are left after a statement, the last one from the version that it wrote last. */
function remaining<Walked extends Hit & { after: string }>(
  left: readonly Walked[],
  written: readonly { versionId: string; purl: string }[],
): Walked[] {
  const last = written.at(-1);
  if (written.length < advisoryLimits.hitsAtOnce || !last) return left.slice(advisoryLimits.hitsAtOnce);
  const at = left.findIndex(({ purl }) => purl === last.purl);
  return left.slice(at).map((hit, i) => (i === 0 ? { ...hit, after: last.versionId } : hit));
}
