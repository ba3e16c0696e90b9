// Finds releases: one with its decisions, or a page of them, newest first. Each read is one D1 round trip.
import { and, asc, desc, eq, like, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId, PluginRowId, ReleaseId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { readTogether } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import { isActiveRelease, releases } from '../../db/schema/releases.ts';
import type { Deps } from '../../deps.ts';
import { pluginIdByName } from '../../registry/versions/active-version.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

export type ReleaseRow = typeof releases.$inferSelect;

export interface Release {
  release: ReleaseRow;
  /** Serves the name. It and `to` may have been deleted since. */
  from: PluginVersion;
  to: PluginVersion;
}

export type Decision = Pick<typeof events.$inferSelect, 'id' | 'type' | 'actor' | 'data' | 'createdAt'>;

/** The plugin that a namespace has under a name. */
export interface NamedPlugin {
  name: string;
  kind: Exclude<PluginKind, 'agent'>;
}

/** SQL: the ID of the plugin that the namespace has under the name. */
export function namedPluginId(namespaceId: NamespaceId, { kind, name }: NamedPlugin): SQL<PluginRowId> {
  if (kind === 'extractor') return pluginIdByName(namespaceId, name);
  return sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${plugins.ownerId} = ${namespaceId} and ${plugins.kind} = ${kind} and ${plugins.name} = ${name})`;
}

/** Selects releases and their versions for a batch. */
export function selectReleases(db: Deps['db'], condition: SQL | undefined, limit: number) {
  const found = () => sql`from ${releases} where ${condition} order by ${desc(releases.id)} limit ${limit}`;
  const ofVersions = sql`(select * from (select ${releases.fromVersionId} ${found()}) union select * from (select ${releases.toVersionId} ${found()}))`;
  return {
    releases: db.select().from(releases).where(condition).orderBy(desc(releases.id)).limit(limit),
    versions: db.select().from(pluginVersions).where(sql`${pluginVersions.id} in ${ofVersions}`),
  };
}

/** Joins the rows of `selectReleases`. */
export function joinReleases(found: { releases: ReleaseRow[]; versions: PluginVersion[] }): Release[] {
  const versions = new Map(found.versions.map((version) => [version.id, version]));
  return found.releases.flatMap((release) => {
    const from = versions.get(release.fromVersionId);
    const to = versions.get(release.toVersionId);
    return from && to ? [{ release, from, to }] : [];
  });
}

export interface ReleaseFilter {
  plugin?: NamedPlugin | undefined;
  /** True for the releases that have an effect on calls. */
  active?: boolean | undefined;
}

export async function listReleases(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { namespaceId, plugin, active = false }: ReleaseFilter & { namespaceId: NamespaceId },
  page: PageRequest,
): Promise<Page<Release>> {
  requireScope(actor, 'plugins:read');
  const condition = and(
    eq(releases.namespaceId, namespaceId),
    plugin && eq(releases.pluginId, namedPluginId(namespaceId, plugin)),
    active ? isActiveRelease() : undefined,
    page.cursor === undefined ? undefined : lt(sql`${releases.id}`, page.cursor),
  );
  const { namespaces, ...found } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    ...selectReleases(db, condition, page.limit + 1),
  });
  requireNamespace(namespaces, namespaceId);
  return toPage(joinReleases(found), page.limit, ({ release }) => release.id);
}

/** Returns the release with its decisions, oldest first. */
export async function findRelease(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  id: ReleaseId,
): Promise<Release & { decisions: Decision[] }> {
  requireScope(actor, 'plugins:read');
  const { namespaces, decisions, ...found } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    decisions: selectDecisions(db, id),
    ...selectReleases(db, and(eq(releases.id, id), eq(releases.namespaceId, namespaceId)), 1),
  });
  requireNamespace(namespaces, namespaceId);
  const [release] = joinReleases(found);
  if (!release) throw notFound('release', id);
  return { ...release, decisions };
}

/** A person who pauses and resumes all day must not make the response grow. */
const decisionsShown = 100;

function selectDecisions(db: Deps['db'], id: ReleaseId) {
  const { actor, createdAt, data, type } = events;
  return db
    .select({ id: events.id, actor, createdAt, data, type })
    .from(events)
    .where(and(eq(events.subjectId, id), like(events.type, 'release.%')))
    .orderBy(asc(events.seq))
    .limit(decisionsShown);
}
