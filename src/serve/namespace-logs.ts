// Reads the output of a namespace's instances, merged across plugins by time. Reads a limited number of deployments' logs. Parts of a
// log that aren't read are left for the next page, so that the pages together have every line.
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/visible-namespaces.ts';
import { chunkName } from '../contract/builder/logs/chunk.ts';
import { type LogLevel, levelFilter } from '../contract/builder/logs/level.ts';
import type { LogLine } from '../contract/builder/logs/line.ts';
import { namespaceLogs } from '../contract/limits/logs.ts';
import { iso } from '../core/clock.ts';
import type { DeploymentId, NamespaceId, VersionId } from '../core/ids.ts';
import { readTogether, unionAll } from '../db/client.ts';
import { deployments } from '../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { readLog } from '../logs/read-log.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';

const printing = alias(deployments, 'printing');

export interface NamespaceLogRequest {
  /** A plugin's name. */
  plugin?: string | undefined;
  /** Only lines of the request with this ID. */
  request?: string | undefined;
  /** Only lines that contain this text, ignoring case. */
  text?: string | undefined;
  /** Only lines of this level and above. */
  level?: LogLevel | undefined;
  since?: number | undefined;
  /** Exclusive. */
  until?: number | undefined;
  /** How many of the newest lines before `until` an earlier page had. All of them are from its last millisecond. */
  seen?: number | undefined;
  limit: number;
}

export interface NamespaceLogLine {
  line: LogLine;
  deploymentId: DeploymentId;
  version: Pick<PluginVersion, 'name' | 'kind' | 'source' | 'major' | 'minor' | 'patch'>;
}

export interface NamespaceLogPage {
  /** Oldest first. */
  lines: NamespaceLogLine[];
  /** Position of the next page, which has older lines; null if there is none. */
  older: { until: number; seen: number } | null;
  /** True if more deployments printed than are read, so that the oldest deployments' lines are missing. */
  truncated: boolean;
}

export async function readNamespaceLogs(
  deps: Pick<Deps, 'db' | 'builder' | 'blobs' | 'clock'>,
  actor: Actor,
  namespaceId: NamespaceId,
  request: NamespaceLogRequest,
): Promise<NamespaceLogPage> {
  requireScope(actor, 'plugins:read');
  const found = await readTogether(deps.db, {
    namespaces: selectNamespace(deps.db, actor, namespaceId),
    printing: selectPrinting(deps.db, actor, namespaceId, request.plugin),
    versions: selectVersions(deps.db, actor, namespaceId, request.plugin),
  });
  requireNamespace(found.namespaces, namespaceId);
  const versions = new Map<VersionId, PluginVersion>(found.versions.map((version) => [version.id, version]));
  const read = found.printing.slice(0, namespaceLogs.deploymentsMax).map(async ({ id, versionId }) => {
    const version = versions.get(versionId);
    return version ? readOne(deps, { id, version }, request) : { id, lines: [], unread: null };
  });
  const { limit, seen = 0, until = deps.clock.now() + 1 } = request;
  const page = cutAtUnread(await Promise.all(read), { until, seen, limit });
  return { ...page, truncated: found.printing.length > namespaceLogs.deploymentsMax };
}

/** SQL: the newest deployments that are live, or were until they were stopped. Selects one more than is read. */
function printingIds({ organizationId }: Actor, namespaceId: NamespaceId, name: string | undefined): SQL {
  const owned = (ownerId: string, kinds: SQL) =>
    sql`select ${plugins.id} from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${plugins.kind} in ${kinds} and ${plugins.name} = ${name}`;
  const named =
    name === undefined
      ? sql``
      : sql`and ${printing.pluginId} in (${owned(namespaceId, sql`('extractor', 'pipeline', 'storage')`)} union all ${owned(organizationId, sql`('extractor')`)})`;
  const parts = ['promoted', 'stopped'].map(
    (status) => sql`select * from (select ${printing.id} from ${deployments} ${printing}
      where ${printing.namespaceId} = ${namespaceId} and ${printing.status} = ${status} ${named} order by ${printing.id} desc limit ${namespaceLogs.deploymentsMax + 1})`,
  );
  return sql`(${unionAll(parts)})`;
}

function selectPrinting(db: Deps['db'], actor: Actor, namespaceId: NamespaceId, name: string | undefined) {
  return db
    .select({ id: deployments.id, versionId: deployments.versionId })
    .from(deployments)
    .where(sql`${deployments.id} in ${printingIds(actor, namespaceId, name)}`)
    .orderBy(sql`${deployments.status} = 'promoted' desc`, sql`${deployments.id} desc`)
    .limit(namespaceLogs.deploymentsMax + 1);
}

function selectVersions(db: Deps['db'], actor: Actor, namespaceId: NamespaceId, name: string | undefined) {
  const ids = sql`(select ${deployments.versionId} from ${deployments} where ${deployments.id} in ${printingIds(actor, namespaceId, name)})`;
  return db.select().from(pluginVersions).where(sql`${pluginVersions.id} in ${ids}`);
}

interface ReadLog {
  id: DeploymentId;
  lines: NamespaceLogLine[];
  /** Newest time of a line that isn't read yet; null if there is none. */
  unread: number | null;
}

async function readOne(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  { id, version }: { id: DeploymentId; version: PluginVersion },
  { level, limit, request, seen = 0, since, text, until }: NamespaceLogRequest,
): Promise<ReadLog> {
  const { lines, older, lookedAt } = await readLog(deps, id, {
    limit: limit + seen,
    chunks: namespaceLogs.chunksOfDeployment,
    ...(until === undefined
      ? {}
      : { until: iso(until), before: { chunk: chunkName({ start: until, writer: '00000000' }), lines: 0 } }),
    ...(since === undefined ? {} : { since: iso(since) }),
    ...(request === undefined ? {} : { request }),
    filter: () => lineFilter(level, text?.toLowerCase()),
  });
  return {
    id,
    lines: lines.map((line) => ({ line, deploymentId: id, version })),
    unread: older === null || lookedAt === null ? null : Date.parse(lookedAt),
  };
}

function lineFilter(level: LogLevel | undefined, text = ''): (line: LogLine) => boolean {
  const hasLevel = levelFilter(level);
  return (line) => hasLevel(line) && line.line.toLowerCase().includes(text);
}

/**
 * Returns the newest lines that are certain to be complete, and where the others start. Within a millisecond, lines are ordered by
 * deployment, then as in each log.
 */
function cutAtUnread(
  logs: readonly ReadLog[],
  { limit, seen, until }: { limit: number; seen: number; until: number },
): Pick<NamespaceLogPage, 'lines' | 'older'> {
  const inOrder = logs.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const newestFirst = inOrder.flatMap(({ lines }) => lines.toReversed()).sort((a, b) => timeOf(b) - timeOf(a));
  const unread = Math.max(...inOrder.map((log) => log.unread ?? -1));
  const unreadId = inOrder.find((log) => log.unread === unread)?.id ?? '';
  const isKnown = (line: NamespaceLogLine) =>
    timeOf(line) > unread || (timeOf(line) === unread && line.deploymentId >= unreadId);
  const known = newestFirst.filter(isKnown);
  const page = known.slice(seen, seen + limit);
  const given = known.slice(0, seen + limit);
  const last = known.length > given.length ? given.at(-1) : undefined;
  const time = last ? timeOf(last) : unread;
  return { lines: page.toReversed(), older: time < 0 ? null : placeAt(time, given, { seen, until }) };
}

/**
 * Returns the position within a millisecond, after its lines already returned. Moves on to an earlier millisecond in two cases: the
 * position would stay the same, because no line matches in the part of a log that a request reads; or more lines were returned than a
 * request may skip.
 */
function placeAt(
  time: number,
  given: readonly NamespaceLogLine[],
  page: { seen: number; until: number },
): { until: number; seen: number } {
  const seen = given.filter((line) => timeOf(line) === time).length;
  const isStuck = time + 1 === page.until && seen === page.seen;
  return isStuck || seen > namespaceLogs.seenMax ? { until: time, seen: 0 } : { until: time + 1, seen };
}

function timeOf({ line }: NamespaceLogLine): number {
  return Date.parse(line.at);
}
