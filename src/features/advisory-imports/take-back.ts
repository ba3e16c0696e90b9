// Takes back what operators imported. The advisories count as withdrawn before every date, so that matching removes their hits in pieces,
// and the next import brings back what its zip says. Every daily source is read again at once.
import { and, eq, inArray, ne, type SQL, sql } from 'drizzle-orm';
import { notFound } from '../../access/actor.ts';
import { advisoryLimits } from '../../contract/limits/scans.ts';
import type { AdvisoryImportId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged } from '../../db/client.ts';
import { advisories } from '../../db/schema/advisories.ts';
import type { Deps } from '../../deps.ts';
import { importById } from './imports.ts';
import { advisorySources } from './tables.ts';

type TakeBackDeps = Pick<Deps, 'db' | 'clock' | 'queues' | 'defer'>;

/** Instead of a digest, so that every edition differs. */
const takenBack = 'taken-back';

/** Takes back the advisories whose stored edition came from the import. Returns their number. */
export async function takeBackImport(deps: TakeBackDeps, id: AdvisoryImportId): Promise<number> {
  const { endedAt } = await importById(deps, id);
  if (endedAt === null)
    throw new Problem('conflict', `The import ${id} is not finished`, { hint: 'Repeat this once it has ended.' });
  return takeBack(deps, eq(advisories.importId, id));
}

export async function takeBackAdvisory(deps: TakeBackDeps, id: string): Promise<void> {
  if ((await takeBack(deps, eq(advisories.id, id))) === 0) throw notFound('advisory', id);
}

/** *Dies:* each batch makes the sources due too, so that what it took back is read again. Repeating the request takes back the rest. */
async function takeBack({ clock, db, defer, queues }: TakeBackDeps, which: SQL): Promise<number> {
  const now = clock.now();
  const some = db
    .select({ id: advisories.id })
    .from(advisories)
    .where(and(which, ne(advisories.digest, takenBack)))
    .limit(advisoryLimits.takenBackAtOnce);
  const tombstone = { withdrawnAt: now, modifiedAt: 0, digest: takenBack, matchDue: true, importId: null };
  let total = 0;
  for (let changed: number = advisoryLimits.takenBackAtOnce; changed === advisoryLimits.takenBackAtOnce; ) {
    const [rows] = await db.batch([
      db
        .update(advisories)
        .set({ ...tombstone, updatedAt: now })
        .where(inArray(advisories.id, some))
        .returning({ one: sql`1` }),
      db.update(advisorySources).set({ etag: null, sha256: null, nextAt: now }).where(previousChanged),
    ]);
    changed = rows.length;
    total += changed;
  }
  if (total > 0) defer(queues.artifacts.send({ v: 1, type: 'find-affected', id: 'due' }));
  return total;
}
