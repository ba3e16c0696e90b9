// URLs of zips that are imported daily, and imports from a URL.
import { asc, eq, lte, sql } from 'drizzle-orm';
import { type ActorRef, systemActor } from '../../contract/actor.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, writeAndRead } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { type AdvisoryImport, newImport } from './imports.ts';
import { advisoryImports, advisorySources } from './tables.ts';

export type AdvisorySource = typeof advisorySources.$inferSelect;

type SourceDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'defer'> & ExternalUrlRules;

/** Creates an import that fetches the URL. */
export async function importFromUrl(deps: SourceDeps, actor: ActorRef, text: string): Promise<AdvisoryImport> {
  const { db } = deps;
  const url = requireUrl(deps, text);
  const created = newImport(deps, { url }, actor);
  await db.batch([
    db.insert(advisoryImports).values(created),
    db.update(advisorySources).set({ lastImportId: created.id }).where(eq(advisorySources.url, url)),
  ]);
  deps.defer(deps.queues.artifacts.send({ v: 1, type: 'read-advisories', id: created.id }));
  return created;
}

/** Adds the URL, which is due at once. Adding it again changes nothing. */
export async function addSource(deps: SourceDeps, actor: ActorRef, text: string): Promise<AdvisorySource> {
  const { db, clock } = deps;
  const url = requireUrl(deps, text);
  const now = clock.now();
  const row = { url, nextAt: now, createdBy: actor, createdAt: now };
  const hasRoom = sql`(select count(*) from ${advisorySources}) < ${advisoryImportLimits.sourcesMax}`;
  const {
    sources: [source],
  } = await writeAndRead(db, [insertWhere(db, advisorySources, row, hasRoom, sql`on conflict do nothing`)], {
    sources: db.select().from(advisorySources).where(eq(advisorySources.url, url)),
  });
  if (source) return source;
  throw new Problem('conflict', `There are at most ${advisoryImportLimits.sourcesMax} sources. Remove one first.`);
}

export function listSources({ db }: Pick<Deps, 'db'>): Promise<AdvisorySource[]> {
  return db.select().from(advisorySources).orderBy(asc(advisorySources.url)).limit(advisoryImportLimits.sourcesMax);
}

/** Removes the URL. Advisories that were imported from it stay. */
export async function removeSource({ db }: Pick<Deps, 'db'>, url: string): Promise<void> {
  const removed = await db
    .delete(advisorySources)
    .where(eq(advisorySources.url, url))
    .returning({ url: advisorySources.url });
  if (removed.length === 0)
    throw new Problem('not-found', 'There is no source with this URL', { details: { resource: 'source', id: url } });
}

export function selectDueSources({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: advisorySources.url, nextAt: advisorySources.nextAt })
    .from(advisorySources)
    .where(lte(advisorySources.nextAt, clock.now()))
    .limit(sweepLimits.changedByMany);
}

/** Creates the source's import of the day. *Dies after:* the import waits for the sweep, which sends its message. */
export async function importSource(
  deps: SourceDeps,
  { id: url, nextAt }: Awaited<ReturnType<typeof selectDueSources>>[number],
): Promise<void> {
  const { db, clock } = deps;
  const created = newImport(deps, { url }, systemActor);
  const following = { lastImportId: created.id, nextAt: clock.now() + advisoryImportLimits.sourceEveryMs };
  await db.batch([
    db
      .update(advisorySources)
      .set(following)
      .where(sql`${advisorySources.url} = ${url} and ${advisorySources.nextAt} = ${nextAt}`),
    insertWhere(db, advisoryImports, created, previousChanged),
  ]);
  await deps.queues.artifacts.send({ v: 1, type: 'read-advisories', id: created.id });
}

function requireUrl(deps: ExternalUrlRules, text: string): string {
  const target = parseExternalUrl(text, deps);
  if ('url' in target) return target.url.href;
  throw new Problem('invalid-request', `The URL is not allowed: ${target.refused}`, {
    fields: [{ path: ['body', 'url'], message: target.refused, type: 'invalid_url' }],
  });
}
