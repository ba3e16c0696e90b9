// Continues imports whose worker died, starts daily ones, and deletes old ones.

import { and, eq, isNotNull, lt, type SQL, sql } from 'drizzle-orm';
import { keptImportsMs } from '../../contract/features/advisory-imports/limits.ts';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import { readTogether } from '../../db/client.ts';
import { isUnleased } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { pickSome, runIsolated, sendAll } from '../../events/send-all.ts';
import { importKey } from './imports.ts';
import { importSource, selectDueSources } from './sources.ts';
import { advisoryImports } from './tables.ts';

export async function continueImports(deps: Deps): Promise<void> {
  const found = await readTogether(deps.db, {
    unfinished: selectUnfinished(deps),
    unsent: selectUnsent(deps),
    sources: selectDueSources(deps),
    old: selectOld(deps),
  });
  const unfinished = pickSome(found.unfinished, sweepLimits.changedByMany);
  const messages = unfinished.map(({ id }) => ({ v: 1, type: 'read-advisories', id }) as const);
  await sendAll(deps, 'artifacts', messages);
  await runIsolated(deps, found.sources, importSource);
  if (found.unsent.length > 0) await failUnsent(deps, found.unsent);
  if (found.old.length > 0) await deleteImports(deps, found.old);
}

export function dueImports(deps: Pick<Deps, 'db' | 'clock'>) {
  return [selectUnfinished(deps), selectUnsent(deps), selectDueSources(deps), selectOld(deps)];
}

type Reading = Pick<Deps, 'db' | 'clock'>;

/** The condition of the index of unfinished imports, which SQLite uses only for queries that repeat it. */
const isUnfinished = sql`${advisoryImports.status} in ('open', 'reading')`;

/** Selects imports that can be read, but whose message was lost or whose worker died. */
function selectUnfinished({ db, clock }: Reading) {
  const now = clock.now();
  const isRead = sql`(${advisoryImports.status} = 'reading' or ${advisoryImports.url} is not null)`;
  return db
    .select({ id: advisoryImports.id })
    .from(advisoryImports)
    .where(
      and(isUnfinished, isRead, isUnleased(advisoryImports, now), lt(advisoryImports.updatedAt, now - sweepGraceMs)),
    )
    .limit(sweepLimits.pickedFrom);
}

function selectUnsent({ db, clock }: Reading) {
  const isUnsent = sql`${advisoryImports.status} = 'open' and ${advisoryImports.url} is null`;
  return db
    .select({ id: advisoryImports.id })
    .from(advisoryImports)
    .where(and(isUnfinished, isUnsent, lt(advisoryImports.updatedAt, clock.now() - advisoryImportLimits.unsentMs)))
    .limit(sweepLimits.pickedFrom);
}

type ImportRow = Awaited<ReturnType<typeof selectUnsent>>[number];

async function failUnsent({ clock, db }: Deps, rows: readonly ImportRow[]): Promise<void> {
  const now = clock.now();
  await db
    .update(advisoryImports)
    .set({ status: 'failed', error: 'The zip was never sent.', updatedAt: now, endedAt: now })
    .where(and(eq(advisoryImports.status, 'open'), isListed(rows)));
}

function isListed(rows: readonly ImportRow[]): SQL {
  return sql`${advisoryImports.id} in (select value from json_each(${JSON.stringify(rows.map(({ id }) => id))}))`;
}

function selectOld({ db, clock }: Reading) {
  return db
    .select({ id: advisoryImports.id })
    .from(advisoryImports)
    .where(and(isNotNull(advisoryImports.endedAt), lt(advisoryImports.endedAt, clock.now() - keptImportsMs)))
    .limit(sweepLimits.pickedFrom);
}

/** Deletes the zips too, in case one was sent again after its import ended. */
async function deleteImports({ blobs, db }: Deps, rows: readonly ImportRow[]): Promise<void> {
  await blobs.delete(rows.map(({ id }) => importKey(id)));
  await db.delete(advisoryImports).where(isListed(rows));
}
