// Lists which of an organization's versions are affected by which advisories: live versions first, then the others, each by severity.
// A page looks at a bounded number of versions, newest first, so a page can be short and have a next one (design §9a).
import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import type { Severity } from '../contract/advisories.ts';
import { advisoryLists } from '../contract/limits/requests.ts';
import { encodeCursor, type Page, type PageRequest } from '../core/page.ts';
import { readTogether } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import { advisories, packageVersions, versionAdvisories } from '../db/schema/advisories.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { enabledPlugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { rankOf, severityRank } from '../registry/versions/known-advisories.ts';

export interface AffectedFilter {
  live?: boolean | undefined;
  /** At least this severity. */
  severity?: Severity | undefined;
  plugin?: string | undefined;
  /** Name of a package. */
  package?: string | undefined;
  /** An advisory's ID or alias. */
  advisory?: string | undefined;
}

const livePlacesSchema = z.array(
  z.object({ namespace_id: z.string(), namespace_name: z.string(), deployment_id: z.string() }),
);

export type AffectedVersion = Awaited<ReturnType<typeof selectHits>>[number];
export type Advisory = typeof advisories.$inferSelect;

/** Where a page begins: among live versions or the others, from which version on, and after which row. */
interface Position {
  part: 'live' | 'rest';
  from: string;
  after: [rank: number, versionId: string, advisoryId: string, purl: string] | null;
}

/** Walks the versions of the organization, or only those that one advisory affects. */
interface Walk {
  actor: Actor;
  filter: AffectedFilter;
  /** ID of the only advisory. */
  only: string | undefined;
}

const start: Position = { part: 'live', from: '', after: null };

const positionSchema = z.tuple([
  z.enum(['live', 'rest']),
  z.string(),
  z.tuple([z.number(), z.string(), z.string(), z.string()]).nullable(),
]);

/** Returns the position in a cursor's text; undefined if it isn't one. */
export function parsePosition(text: string): Position | undefined {
  try {
    const [part, from, after] = positionSchema.parse(JSON.parse(decodeURIComponent(text)));
    return { part, from, after };
  } catch {
    return undefined;
  }
}

function cursorAt({ part, from, after }: Position): string {
  return encodeCursor(encodeURIComponent(JSON.stringify([part, from, after])));
}

/** Lists the versions that the actor can see. One D1 round trip. */
export async function listAffected(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  filter: AffectedFilter,
  page: Omit<PageRequest, 'cursor'> & { position?: Position | undefined },
): Promise<Page<AffectedVersion>> {
  requireScope(actor, 'plugins:read');
  return readPage(db, { actor, filter, only: undefined }, page).then(({ found }) => found);
}

/** Returns an advisory and a page of the versions that it affects. Throws not-found for one that was withdrawn. */
export async function readAdvisory(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  id: string,
  page: Omit<PageRequest, 'cursor'> & { position?: Position | undefined },
): Promise<{ advisory: Advisory; versions: Page<AffectedVersion> }> {
  requireScope(actor, 'plugins:read');
  const { advisory, found } = await readPage(db, { actor, filter: {}, only: id }, page);
  if (!advisory) throw notFound('advisory', id);
  return { advisory, versions: found };
}

async function readPage(
  db: Deps['db'],
  walk: Walk,
  { limit, position = start }: { limit: number; position?: Position | undefined },
) {
  const rest: Position = position.part === 'rest' ? position : { part: 'rest', from: '', after: null };
  const { rows, others, next, nextOthers, only } = await readTogether(db, {
    rows: selectHits(db, walk, { ...position, part: 'live' }, position.part === 'live' ? limit + 1 : 0),
    next: selectNext(db, walk, { ...position, part: 'live' }),
    others: selectHits(db, walk, rest, walk.filter.live ? 0 : limit + 1),
    nextOthers: selectNext(db, walk, rest),
    only: db
      .select()
      .from(advisories)
      .where(and(eq(advisories.id, walk.only ?? ''), isNull(advisories.withdrawnAt))),
  });
  const [advisory] = only;
  const parts = [
    ...(position.part === 'live' ? [{ position, rows, next: next[0]?.id ?? null }] : []),
    ...(walk.filter.live ? [] : [{ position: rest, rows: others, next: nextOthers[0]?.id ?? null }]),
  ];
  return { advisory, found: joinParts(parts, limit) };
}

/** Joins the parts of a page. The next page begins in the first part that isn't at its end. */
function joinParts(
  parts: { position: Position; rows: AffectedVersion[]; next: string | null }[],
  limit: number,
): Page<AffectedVersion> {
  const items: AffectedVersion[] = [];
  for (const { next, position, rows } of parts) {
    const fitting = rows.slice(0, limit - items.length);
    const last = fitting.at(-1);
    items.push(...fitting);
    if (rows.length > fitting.length)
      return { items, nextCursor: cursorAt({ ...position, after: last ? keyOf(last) : position.after }) };
    if (next !== null) return { items, nextCursor: cursorAt({ part: position.part, from: next, after: null }) };
  }
  return { items, nextCursor: null };
}

function keyOf({ advisoryId, purl, rank, versionId }: AffectedVersion): NonNullable<Position['after']> {
  return [rank, versionId, advisoryId, purl];
}

/**
 * SQL: WITH clause of the next affected versions, newest first: each is found in the index from the one before it. Has one more than a
 * page looks at, with which the next page begins.
 */
function withAffected({ actor, only }: Walk, { from, part }: Position): SQL {
  const { advisoryId, organizationId, versionId } = versionAdvisories;
  const isWanted = and(eq(organizationId, actor.organizationId), only === undefined ? undefined : eq(advisoryId, only));
  const newest = (isNext: SQL) => sql`select max(${versionId}) from ${versionAdvisories} where ${isWanted} ${isNext}`;
  const first = from === '' ? sql`` : sql`and ${versionId} <= ${from}`;
  return sql`with recursive affected(id) as (${newest(first)}
    union all select (${newest(sql`and ${versionId} < affected.id`)}) from affected where affected.id is not null
    limit ${advisoryLists.versionsMax[part] + 1})`;
}

/** Selects the version with which the next page begins, if any. */
function selectNext(db: Deps['db'], walk: Walk, position: Position) {
  const id = sql<string>`id`.as('next_version');
  const { [position.part]: most } = advisoryLists.versionsMax;
  return db
    .select({ id })
    .from(sql`(${withAffected(walk, position)} select id from affected where id is not null limit 1 offset ${most})`);
}

/** SQL: names a place where the version is live, among those that the actor can see. */
function livePlaces({ namespaceIds }: Actor, versionId: SQL): SQL {
  const { namespaceId, subjectId, targetId } = livePointers;
  const bound = namespaceIds === null ? sql`` : sql`and ${namespaceId} in ${listed(namespaceIds)}`;
  return sql`${livePointers} where ${subjectId} = ${versionId} and ${targetId} is not null ${bound}`;
}

function listed(ids: Iterable<string>): SQL {
  return sql`(select value from json_each(${JSON.stringify([...ids])}))`;
}

/** SQL: the actor can see the version: it exists, in the actor's namespaces or enabled there. */
function isVisible({ namespaceIds }: Actor): SQL | undefined {
  if (namespaceIds === null) return isNull(pluginVersions.deletedAt);
  const enabled = sql`exists (select 1 from ${enabledPlugins}
    where ${enabledPlugins.versionId} = ${pluginVersions.id} and ${enabledPlugins.namespaceId} in ${listed(namespaceIds)})`;
  return sql`${pluginVersions.deletedAt} is null and (${pluginVersions.ownerId} in ${listed(namespaceIds)} or ${enabled})`;
}

function matches({ actor, filter, only }: Walk, { after, part }: Position, rank: SQL): SQL | undefined {
  const { advisoryId, purl, versionId } = versionAdvisories;
  const isLive = sql`exists (select 1 from ${livePlaces(actor, sql`${pluginVersions.id}`)})`;
  const named = sql`(${advisories.id} = ${filter.advisory} or exists (select 1 from json_each(${advisories.aliases}) where value = ${filter.advisory}))`;
  return and(
    part === 'live' ? isLive : sql`not ${isLive}`,
    isVisible(actor),
    isNull(advisories.withdrawnAt),
    only === undefined ? undefined : eq(advisoryId, only),
    filter.severity === undefined ? undefined : sql`${rank} >= ${rankOf(filter.severity)}`,
    filter.plugin === undefined ? undefined : eq(pluginVersions.name, filter.plugin),
    filter.package === undefined ? undefined : eq(packageVersions.name, filter.package),
    filter.advisory === undefined ? undefined : named,
    after === null
      ? undefined
      : sql`(-${rank}, ${versionId}, ${advisoryId}, ${purl}) > (${-after[0]}, ${after[1]}, ${after[2]}, ${after[3]})`,
  );
}

/** Selects the rows of the versions that a page looks at. */
function selectHits(db: Deps['db'], walk: Walk, position: Position, limit: number) {
  const { advisoryId, fixedIn, purl, reach, uncompared, versionId } = versionAdvisories;
  const rank = severityRank(advisories.severity);
  const { namespaceId, targetId } = livePointers;
  const namespaceName = sql`(select ${namespaces.name} from ${namespaces} where ${namespaces.id} = ${namespaceId})`;
  const place = sql`json_object('namespace_id', ${namespaceId}, 'namespace_name', ${namespaceName}, 'deployment_id', ${targetId})`;
  const places = sql`(select json_group_array(json(place)) from (select ${place} as place from ${livePlaces(walk.actor, sql`${versionId}`)} limit ${advisoryLists.placesMax}))`;
  const { [position.part]: most } = advisoryLists.versionsMax;
  const walked = sql`(${withAffected(walk, position)} select id from affected where id is not null limit ${most})`;
  return (
    db
      .select({
        versionId,
        advisoryId,
        aliases: advisories.aliases,
        summary: advisories.summary,
        severity: advisories.severity,
        rank: rank.as('severity_rank'),
        name: pluginVersions.name,
        kind: pluginVersions.kind,
        ownerId: pluginVersions.ownerId,
        major: pluginVersions.major,
        minor: pluginVersions.minor,
        patch: pluginVersions.patch,
        source: pluginVersions.source,
        purl,
        ecosystem: packageVersions.ecosystem,
        packageName: sql<string>`${packageVersions.name}`.as('package_name'),
        packageVersion: packageVersions.version,
        fixedIn,
        uncompared,
        reach,
        live: places.mapWith((text) => livePlacesSchema.parse(JSON.parse(String(text)))).as('live_places'),
      })
      .from(pluginVersions)
      // Cross joins keep this order, in which each row is found by an index.
      .crossJoin(versionAdvisories)
      .crossJoin(advisories)
      .crossJoin(packageVersions)
      .where(
        and(
          sql`${pluginVersions.id} in ${walked}`,
          eq(versionId, pluginVersions.id),
          eq(advisories.id, advisoryId),
          eq(packageVersions.purl, purl),
          matches(walk, position, rank),
        ),
      )
      .orderBy(desc(rank), versionId, advisoryId, purl)
      .limit(limit)
  );
}
