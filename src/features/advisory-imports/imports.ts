// Imports of advisories, as an operator sees them: open → reading → done | failed. The zip is sent to the store, or fetched from a URL.
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { ActorRef } from '../../contract/actor.ts';
import { advisoryImportLimits } from '../../contract/limits/scans.ts';
import type { AdvisoryImportId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import type { Statement } from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { presign } from '../../registry/storage/presign.ts';
import { advisoryImports, advisorySources } from './tables.ts';

export type AdvisoryImport = typeof advisoryImports.$inferSelect;

export const importsFolder = 'advisory-imports/';

export function importKey(id: AdvisoryImportId): string {
  return `${importsFolder}${id}.zip`;
}

type ImportDeps = Pick<Deps, 'db' | 'clock' | 'ids'>;

const noCounts = { records: 0, kept: 0, changed: 0, git_ranges: 0, invalid: 0, first_invalid: null };

export function newImport(
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
  from: { url: string } | { sizeBytes: number },
  createdBy: ActorRef,
): AdvisoryImport {
  const now = clock.now();
  return {
    id: ids('advisoryImport'),
    url: 'url' in from ? from.url : null,
    sizeBytes: 'url' in from ? null : from.sizeBytes,
    status: 'open',
    files: null,
    cursor: 0,
    counts: noCounts,
    error: null,
    ...released,
    attempts: 0,
    createdBy,
    createdAt: now,
    updatedAt: now,
    endedAt: null,
  };
}

/** Creates an import of a zip that the client sends next. */
export async function createUploadedImport(
  deps: ImportDeps & Pick<Deps, 'storage'>,
  actor: ActorRef,
  sizeBytes: number,
): Promise<{ created: AdvisoryImport; uploadUrl: string }> {
  const created = newImport(deps, { sizeBytes }, actor);
  await deps.db.insert(advisoryImports).values(created);
  const uploadUrl = await presign(deps.storage, {
    method: 'PUT',
    key: importKey(created.id),
    expiresInSeconds: advisoryImportLimits.uploadUrlSeconds,
    signedAt: created.createdAt,
    contentLength: sizeBytes,
  });
  return { created, uploadUrl };
}

/** Starts reading the zip that was sent. Repeating this changes nothing. *Dies:* the sweep sends the message. */
export async function startImport(
  deps: Pick<Deps, 'db' | 'clock' | 'blobs' | 'queues' | 'defer'>,
  id: AdvisoryImportId,
): Promise<AdvisoryImport> {
  const { db, blobs, clock, queues } = deps;
  const found = await importById(deps, id);
  if (found.status !== 'open' || found.url !== null) return found;
  const sent = await blobs.head(importKey(id));
  if (!sent) throw notSent('Nothing has been sent for the import yet');
  if (sent.size !== found.sizeBytes)
    throw notSent(`The zip has ${sent.size} bytes, but ${found.sizeBytes} were announced`);
  await db
    .update(advisoryImports)
    .set({ status: 'reading', updatedAt: clock.now() })
    .where(and(eq(advisoryImports.id, id), eq(advisoryImports.status, 'open')));
  deps.defer(queues.artifacts.send({ v: 1, type: 'read-advisories', id }));
  return importById(deps, id);
}

export async function importById({ db }: Pick<Deps, 'db'>, id: AdvisoryImportId): Promise<AdvisoryImport> {
  const [found] = await db.select().from(advisoryImports).where(eq(advisoryImports.id, id));
  if (!found) throw new Problem('not-found', `There is no import ${id}`, { details: { resource: 'import', id } });
  return found;
}

export async function listImports(
  { db }: Pick<Deps, 'db'>,
  { limit, cursor }: PageRequest,
): Promise<Page<AdvisoryImport>> {
  const rows = await db
    .select()
    .from(advisoryImports)
    .where(cursor === undefined ? undefined : lt(sql`${advisoryImports.id}`, cursor))
    .orderBy(desc(advisoryImports.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

/** Builds the statements that end the import. `isHeld` is the ending worker's condition. After a failure, its URL is read in full again. */
export function endStatements(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id, url }: Pick<AdvisoryImport, 'id' | 'url'>,
  { error, isHeld }: { error: string | null; isHeld: ReturnType<typeof and> },
): [Statement, ...Statement[]] {
  const now = clock.now();
  const ended = sql`exists (select 1 from ${advisoryImports} where ${advisoryImports.id} = ${id} and ${advisoryImports.endedAt} = ${now})`;
  const forgotten = error === null ? {} : { etag: null, sha256: null };
  return [
    db
      .update(advisoryImports)
      .set({ ...released, status: error === null ? 'done' : 'failed', error, updatedAt: now, endedAt: now })
      .where(isHeld),
    ...(url === null
      ? []
      : [
          db
            .update(advisorySources)
            .set({ error, ...forgotten })
            .where(and(eq(advisorySources.url, url), ended)),
        ]),
  ];
}

function notSent(message: string): Problem {
  return new Problem('object-missing', message, {
    hint: 'PUT the zip to the upload URL, then start the import again.',
  });
}
