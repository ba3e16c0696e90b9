// Continues imports whose worker died, starts daily ones, finds what advisories affect where a request could not, and deletes old imports.
import { and, eq, isNotNull, lt, sql } from 'drizzle-orm';
import { sweepGraceMs, sweepLimits } from '../contract/limits/leases.ts';
import { retention } from '../contract/limits/retention.ts';
import { advisoryImportLimits, advisoryLimits } from '../contract/limits/scans.ts';
import { readTogether } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { advisoryImports } from '../db/schema/advisories.ts';
import type { Deps } from '../deps.ts';
import { pickSome, runIsolated, sendAll } from '../events/send-all.ts';
import { endStatements, importKey } from './imports/imports.ts';
import { importSource, selectDueSources } from './imports/sources.ts';
import { indexVersion, selectUnindexed } from './index-version.ts';
import { matchChanged, selectUnmatched } from './match.ts';

export async function sweepAdvisories(deps: Deps): Promise<void> {
  const { clock } = deps;
  const found = await readTogether(deps.db, {
    unfinished: selectUnfinished(deps),
    unsent: selectUnsent(deps),
    sources: selectDueSources(deps),
    unindexed: selectUnindexed(deps),
    old: selectOld(deps),
  });
  const messages = found.unfinished.map(({ id }) => ({ v: 1, type: 'read-advisories', id }) as const);
  await sendAll(deps, 'artifacts', pickSome(messages, sweepLimits.changedByMany));
  await runIsolated(deps, found.sources, importSource);
  await runIsolated(deps, pickSome(found.unsent, sweepLimits.changedByMany), failUnsent);
  await runIsolated(deps, pickSome(found.unindexed, advisoryLimits.indexedAtOnce), ({ db }, { id }) =>
    indexVersion({ db, clock }, id),
  );
  let left = advisoryLimits.sweptMatches;
  await matchChanged(deps, () => left-- > 0);
  await runIsolated(deps, pickSome(found.old, sweepLimits.changedByMany), deleteImport);
}

export function dueAdvisories(deps: Pick<Deps, 'db' | 'clock'>) {
  return [
    selectUnfinished(deps),
    selectUnsent(deps),
    selectDueSources(deps),
    selectUnindexed(deps),
    selectUnmatched(deps),
    selectOld(deps),
  ];
}

type Reading = Pick<Deps, 'db' | 'clock'>;

/** Selects imports that can be read, but whose message was lost or whose worker died. */
function selectUnfinished({ db, clock }: Reading) {
  const now = clock.now();
  const isUnfinished = sql`${advisoryImports.status} in ('open', 'reading') and (${advisoryImports.status} = 'reading' or ${advisoryImports.url} is not null)`;
  return db
    .select({ id: advisoryImports.id })
    .from(advisoryImports)
    .where(and(isUnfinished, isUnleased(advisoryImports, now), lt(advisoryImports.updatedAt, now - sweepGraceMs)))
    .limit(sweepLimits.pickedFrom);
}

function selectUnsent({ db, clock }: Reading) {
  const isUnsent = sql`${advisoryImports.status} in ('open', 'reading') and ${advisoryImports.status} = 'open' and ${advisoryImports.url} is null`;
  return db
    .select({ id: advisoryImports.id })
    .from(advisoryImports)
    .where(and(isUnsent, lt(advisoryImports.updatedAt, clock.now() - advisoryImportLimits.unsentMs)))
    .limit(sweepLimits.pickedFrom);
}

type ImportRow = Awaited<ReturnType<typeof selectUnsent>>[number];

async function failUnsent(deps: Deps, { id }: ImportRow): Promise<void> {
  const isHeld = and(eq(advisoryImports.id, id), eq(advisoryImports.status, 'open'));
  await deps.db.batch(endStatements(deps, { id, url: null }, { error: 'The zip was never sent.', isHeld }));
}

function selectOld({ db, clock }: Reading) {
  return db
    .select({ id: advisoryImports.id })
    .from(advisoryImports)
    .where(
      and(isNotNull(advisoryImports.endedAt), lt(advisoryImports.endedAt, clock.now() - retention.advisoryImportsMs)),
    )
    .limit(sweepLimits.pickedFrom);
}

/** Deletes the zip too, in case it was sent again after the import ended. */
async function deleteImport({ blobs, db }: Deps, { id }: ImportRow): Promise<void> {
  await blobs.delete(importKey(id));
  await db.delete(advisoryImports).where(eq(advisoryImports.id, id));
}
