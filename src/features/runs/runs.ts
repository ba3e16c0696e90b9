// Lists and shows runs.
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { type Namespace, requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import type { RunState } from '../../contract/states.ts';
import type { NamespaceId, RunId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { readTogether } from '../../db/client.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { pluginIdByName } from '../../registry/versions/active-version.ts';
import { parseVersionKey } from '../../registry/versions/versions.ts';
import { visibleVersionId } from '../../registry/versions/visible-versions.ts';
import type { Run } from './run.ts';

/** Runs to list: a namespace's, a version's, or those of a plugin name. */
export type RunsOf =
  | { by: 'namespace'; namespaceId: NamespaceId }
  | { by: 'version'; namespaceId: NamespaceId; pluginId: string }
  | { by: 'name'; namespaceId: NamespaceId; name: string };

/** Lists runs, newest first, in one D1 round trip. */
export async function listRuns(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  of: RunsOf,
  { cursor, limit, status }: PageRequest & { status?: RunState | undefined },
): Promise<Page<Run>> {
  requireScope(actor, 'plugins:invoke');
  const { namespaceId } = of;
  const { spaces, found, rows } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    found: db.select({ id: sql<string | null>`${subjectOf(of)}` }).from(sql`(select 1)`),
    rows: db
      .select()
      .from(runs)
      .where(
        and(
          eq(runs.namespaceId, namespaceId),
          conditionOf(of),
          status === undefined ? undefined : eq(runs.status, status),
          cursor === undefined ? undefined : lt(sql`${runs.id}`, cursor),
        ),
      )
      .orderBy(desc(runs.id))
      .limit(limit + 1),
  });
  requireNamespace(spaces, namespaceId);
  if (found[0]?.id === null)
    throw notFound('plugin', of.by === 'version' ? of.pluginId : of.by === 'name' ? of.name : '');
  return toPage(rows, limit, ({ id }) => id);
}

/** SQL: the ID of the namespace, version or plugin whose runs are listed; null if it doesn't exist. */
function subjectOf(of: RunsOf): SQL {
  if (of.by === 'namespace') return sql`${of.namespaceId}`;
  if (of.by === 'name') return pluginIdByName(of.namespaceId, of.name);
  return sql`(${visibleVersionId(parseVersionKey(of.namespaceId, of.pluginId))})`;
}

function conditionOf(of: RunsOf): SQL | undefined {
  if (of.by === 'namespace') return undefined;
  return of.by === 'name' ? sql`${runs.pluginId} = ${subjectOf(of)}` : sql`${runs.versionId} = ${subjectOf(of)}`;
}

/** Returns a run, in one D1 round trip. Throws not-found if the actor can't see it. */
export async function findRun(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  id: RunId,
): Promise<Run> {
  return requireRun(await readTogether(db, selectRun(db, actor, namespaceId, id)), namespaceId, id);
}

/** Selects a run for a batch. */
export function selectRun(db: Deps['db'], actor: Actor, namespaceId: NamespaceId, id: RunId) {
  requireScope(actor, 'plugins:invoke');
  return {
    spaces: selectNamespace(db, actor, namespaceId),
    found: db
      .select()
      .from(runs)
      .where(and(eq(runs.id, id), eq(runs.namespaceId, namespaceId))),
  };
}

export function requireRun(
  { found, spaces }: { found: Run[]; spaces: Namespace[] },
  namespaceId: NamespaceId,
  id: RunId,
): Run {
  requireNamespace(spaces, namespaceId);
  const [run] = found;
  if (!run) throw notFound('run', id);
  return run;
}
