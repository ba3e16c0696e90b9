// Reads the plugins that changed and puts their words into their organizations' queues. The README comes from the stored archive. *Dies:*
// the plugins are still due. A plugin that changes meanwhile stays due.
import { and, asc, eq, gt, isNotNull, lte, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { indexLimits } from '../../contract/features/search/limits.ts';
import { findReadme, readmeText } from '../../contract/plugin/readme.ts';
import type { OrganizationId, VersionId } from '../../core/ids.ts';
import type { Statement } from '../../db/client.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import { readWalk, recordWalk } from '../../db/walks.ts';
import type { Deps } from '../../deps.ts';
import { setAside, whileMarked } from '../../events/set-aside.ts';
import { readStart } from '../../registry/storage/archived-files.ts';
import { archiveIndex, archiveSource } from '../../registry/storage/archives.ts';
import { linesOf } from './lines.ts';
import { searchWords } from './tables.ts';
import { termsVersion } from './terms.ts';

/** Row of `store_sweeps` with the walk's progress. */
export const searchWalk = 'search';

export type IndexDeps = Pick<Deps, 'blobs' | 'clock' | 'db' | 'log' | 'marks'>;

/** SQL: the organization's queue isn't being merged. Until then, nothing enters it, so that no queue grows. */
const isOpen = sql`not exists (select 1 from ${searchWords} m where m.organization_id = ${searchWords.organizationId} and m.merging)`;

/** SQL: the plugin's words are due to be read. */
const isDue = sql`${searchWords.revision} <> ${searchWords.readRevision} and ${isOpen}`;

export function selectDueWords(db: Deps['db']) {
  return db.select({ id: searchWords.id }).from(searchWords).where(isDue).limit(1);
}

/** SQL: a version's description. */
export const describedAs = sql<
  string | null
>`coalesce(${pluginVersions.description}, ${pluginVersions.manifest} ->> '$.description', ${pluginVersions.definition} ->> '$.description')`;

/** SQL: a version's tags, as a JSON list. A Go plugin's are its domains. */
export const taggedWith = sql<
  string | null
>`coalesce(${pluginVersions.manifest} -> '$.tags', ${pluginVersions.definition} -> '$.domains')`;

const tagsModel = z.array(z.string()).catch([]);

export function parseTags(text: string | null): string[] {
  return tagsModel.parse(JSON.parse(text ?? '[]'));
}

/** Reads a version's plugin as soon as it is announced. The sweep reads it if this fails. */
export async function readVersion(deps: IndexDeps, id: VersionId): Promise<void> {
  const pluginId = sql`(select ${pluginVersions.pluginId} from ${pluginVersions} where ${pluginVersions.id} = ${id})`;
  await readDuePlugins(deps, sql`${searchWords.id} = ${pluginId}`);
}

/** Reads the next plugins that are due, each organization's first ones first, so that none waits for all of a large one. Three round trips and up to three requests to the store for each plugin. Returns whether there were any. */
export async function readDuePlugins(deps: IndexDeps, only?: SQL): Promise<boolean> {
  const { db } = deps;
  const due = await claimDuePlugins(deps, only);
  const statements: Statement[] = [];
  for (const plugin of due) {
    const { id, revision } = plugin;
    const lines = await readLines(deps, plugin);
    const queued = sql`iif(${lines} = coalesce(${searchWords.merged}, ''), null, ${lines})`;
    const words = { queued, readRevision: revision, termsVersion, tries: 0 };
    statements.push(
      db
        .update(searchWords)
        .set(words)
        .where(and(eq(searchWords.id, id), isOpen)),
    );
  }
  const changed = new Set(due.map(({ organizationId }) => organizationId));
  const [first, ...rest] = [...statements, ...[...changed].map((id) => beginMerge(db, id))];
  if (first) await db.batch([first, ...rest]);
  return due.length > 0;
}

type DuePlugin = Awaited<ReturnType<typeof claimDuePlugins>>[number];

/**
 * Selects the next due plugins, and counts a try for each. Those of an earlier try that didn't end come last, one at a time, so that one
 * whose text takes its reader with it holds up no other.
 */
async function claimDuePlugins({ db }: IndexDeps, only: SQL | undefined) {
  const { id, number, organizationId, revision, tries } = searchWords;
  const count = (next: SQL) =>
    db
      .update(searchWords)
      .set({ tries: sql`${tries} + 1` })
      .where(sql`${id} in (select ${id} from ${searchWords} where ${isDue} and ${only ?? sql`true`} and ${next})`)
      .returning({ id });
  const fresh = await count(sql`${tries} = 0 order by ${number} limit ${indexLimits.readTogether}`);
  const claimed = fresh.length > 0 ? fresh : await count(sql`${tries} > 0 order by ${tries}, ${number} limit 1`);
  if (claimed.length === 0) return [];
  const ids = JSON.stringify(claimed.map((row) => row.id));
  return db
    .select({
      ...{
        id,
        number,
        organizationId,
        revision,
        tries,
        kind: plugins.kind,
        ownerId: plugins.ownerId,
        name: plugins.name,
      },
      ...{ sha256: pluginVersions.sha256, sizeBytes: pluginVersions.sizeBytes },
      ...{ description: describedAs.as('described'), tags: taggedWith.as('tagged') },
    })
    .from(searchWords)
    .leftJoin(plugins, eq(plugins.id, id))
    .leftJoin(pluginVersions, eq(pluginVersions.id, plugins.activeVersionId))
    .where(sql`${id} in (select value from json_each(${ids}))`)
    .orderBy(asc(number));
}

/** Returns the plugin's lines. Those of a plugin that took its readers with it name only the plugin. */
async function readLines(deps: IndexDeps, { description, tags, ...plugin }: DuePlugin): Promise<string> {
  const { id, kind, name, number, organizationId, ownerId, sha256, sizeBytes, tries } = plugin;
  if (kind === null || ownerId === null || name === null || sha256 === null || sizeBytes === null) return '';
  const named = { number, kind, ownerId, name };
  const reason = await setAside(deps, { id, organizationId, tries, triesMax: indexLimits.triesMax, message: null });
  if (reason !== undefined) return linesOf({ ...named, description: '', tags: [], readme: '' });
  return whileMarked(deps, { id, organizationId }, async () => {
    const readme = await readReadmeText(deps, sha256, sizeBytes);
    return linesOf({ ...named, description: description ?? '', tags: parseTags(tags), readme });
  });
}

/** Returns the start of the archive's README. Empty if there is none that is text, and if the archive was released meanwhile. */
async function readReadmeText(deps: IndexDeps, sha256: string, sizeBytes: number): Promise<string> {
  try {
    const entry = findReadme(await archiveIndex(deps, sha256));
    if (!entry) return '';
    const bytes = await readStart(archiveSource(deps, sha256, sizeBytes), entry, indexLimits.readmeBytes);
    return readmeText(bytes, { isStart: bytes.length < entry.size }) ?? '';
  } catch (cause) {
    deps.log.warn('search.readme_not_read', { sha256, cause });
    return '';
  }
}

/** Builds the statement that begins a merge of the organization's queue once it is long, unless one is under way. */
export function beginMerge(db: Deps['db'], id: OrganizationId) {
  const { merging, organizationId, queued } = searchWords;
  const isQueued = and(eq(organizationId, id), isNotNull(queued));
  const inQueue = (more: SQL) => sql`(select count(*) from ${searchWords} where ${organizationId} = ${id} and ${more})`;
  const isLong = sql`${inQueue(sql`${queued} is not null`)} >= ${indexLimits.queued}`;
  return db
    .update(searchWords)
    .set({ merging: true })
    .where(and(isQueued, isLong, sql`${inQueue(sql`${merging}`)} = 0`));
}

/** Makes plugins due that were never read, or by earlier rules, as before an upgrade. A page per sweep, of a walk that begins each hour. */
export async function walkPlugins({ db }: Pick<Deps, 'db'>): Promise<void> {
  const after = await readWalk(db, searchWalk);
  const page = await db
    .select({ id: plugins.id })
    .from(plugins)
    .where(gt(sql`${plugins.id}`, after ?? ''))
    .orderBy(asc(plugins.id))
    .limit(indexLimits.walkedAtOnce);
  const last = page.at(-1)?.id;
  if (last !== undefined) {
    const { id, readRevision, revision } = searchWords;
    const isKnown = sql`(${searchWords.termsVersion} = ${termsVersion} or ${revision} <> ${readRevision})`;
    const isUnread = sql`not exists (select 1 from ${searchWords} where ${id} = ${plugins.id} and ${isKnown})`;
    const inPage = and(gt(sql`${plugins.id}`, after ?? ''), lte(plugins.id, last));
    // Fires the trigger that adds the plugin's row, or makes it due.
    await db
      .update(plugins)
      .set({ activeVersionId: sql`${plugins.activeVersionId}` })
      .where(and(inPage, isNotNull(plugins.activeVersionId), isUnread));
  }
  const lastKey = page.length < indexLimits.walkedAtOnce ? null : (last ?? null);
  if (lastKey !== after) await recordWalk(db, searchWalk, lastKey);
}
