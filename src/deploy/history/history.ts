// Deployments looked at: one with its steps and what they said, or a page of them, newest first. One D1 round trip each.
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/namespaces.ts';
import { namespaceOf, requireOwner, selectOwner } from '../../access/owners.ts';
import { type DeploymentState, deploymentSteps } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { deploymentStepRows, deployments, livePointers } from '../../db/schema/deploy.ts';
import { type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from '../../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../../registry/versions/visible-versions.ts';
import type { Deployment } from '../overview.ts';

export type StepWithLog = typeof deploymentStepRows.$inferSelect;
export type Step = Omit<StepWithLog, 'log' | 'logLines'>;

export interface HistoryEntry<S = Step> {
  deployment: Deployment;
  /** Also when it was deleted since. */
  version: PluginVersion;
  /** A pointer names the deployment. */
  serving: boolean;
  /** In the order in which they run. */
  steps: S[];
}

export interface HistoryFilter {
  /** The plugin's name. */
  name?: string;
  status?: DeploymentState;
}

/** All that was deployed in a namespace. */
export async function listDeployments(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, status }: HistoryFilter,
  page: PageRequest,
): Promise<Page<HistoryEntry>> {
  requireScope(actor, 'plugins:read');
  const named = sql`exists (select 1 from ${plugins} where ${plugins.id} = ${deployments.pluginId} and ${plugins.name} = ${name})`;
  const which = and(
    eq(deployments.namespaceId, namespaceId),
    status === undefined ? undefined : eq(deployments.status, status),
    name === undefined ? undefined : named,
  );
  const [namespaces, ...parts] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    ...selectPage(db, which, page),
  ]);
  requireNamespace(namespaces, namespaceId);
  return pageOfParts(parts, page);
}

/** The attempts of one version: in its namespace, or in every one when it is the organization's. */
export async function listVersionDeployments(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
  page: PageRequest,
): Promise<Page<HistoryEntry>> {
  requireScope(actor, 'plugins:read');
  const key = parseVersionKey(ownerId, slug);
  const namespaceId = namespaceOf(ownerId);
  const which = and(
    eq(deployments.versionId, visibleVersionId(key)),
    namespaceId === null ? undefined : eq(deployments.namespaceId, namespaceId),
  );
  const [owners, versions, ...parts] = await db.batch([
    selectOwner(db, actor, ownerId),
    selectVisibleVersion(db, key),
    ...selectPage(db, which, page),
  ]);
  requireOwner(owners, ownerId);
  requireVersion(versions, slug);
  return pageOfParts(parts, page);
}

/** Statements for a batch. (No join: in a batch D1 loses columns of the same name.) */
function selectPage(db: Deps['db'], which: SQL | undefined, { limit, cursor }: PageRequest) {
  const onPage = and(which, cursor ? lt(sql`${deployments.id}`, cursor) : undefined);
  const column = (name: 'id' | 'version_id') =>
    sql`(select ${sql.identifier(name)} from ${deployments} where ${onPage} order by ${desc(deployments.id)} limit ${limit})`;
  const { deploymentId, step, attempt, startedAt, endedAt, error } = deploymentStepRows;
  return [
    db
      .select()
      .from(deployments)
      .where(onPage)
      .orderBy(desc(deployments.id))
      .limit(limit + 1),
    db
      .select()
      .from(pluginVersions)
      .where(inArray(pluginVersions.id, column('version_id'))),
    db
      .select({ deploymentId, step, attempt, startedAt, endedAt, error })
      .from(deploymentStepRows)
      .where(inArray(deploymentId, column('id'))),
    db
      .select()
      .from(livePointers)
      .where(inArray(livePointers.targetId, column('id'))),
  ] as const;
}

type Parts<S> = [Deployment[], PluginVersion[], S[], (typeof livePointers.$inferSelect)[]];

function pageOfParts([rows, ...rest]: Parts<Step>, { limit }: PageRequest): Page<HistoryEntry> {
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
  return { items: entriesOf([items, ...rest]), nextCursor };
}

function entriesOf<S extends Step>([rows, versions, steps, pointers]: Parts<S>): HistoryEntry<S>[] {
  return rows.flatMap((deployment) => {
    const version = versions.find(({ id }) => id === deployment.versionId);
    if (!version) return [];
    const mine = steps
      .filter(({ deploymentId }) => deploymentId === deployment.id)
      .sort((a, b) => deploymentSteps.indexOf(a.step) - deploymentSteps.indexOf(b.step));
    return [{ deployment, version, serving: pointers.some(({ targetId }) => targetId === deployment.id), steps: mine }];
  });
}

/** The deployment with all that its steps said; 404 for one that isn't in this namespace. */
export async function findDeployment(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  id: DeploymentId,
): Promise<HistoryEntry<StepWithLog>> {
  const [namespaces, ...parts] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    ...selectWithLogs(db, namespaceId, id),
  ]);
  requireNamespace(namespaces, namespaceId);
  return entryWithLogs(parts, id);
}

/** Statements for a batch. */
export function selectWithLogs(db: Deps['db'], namespaceId: NamespaceId, id: DeploymentId) {
  const here = deploymentIn(namespaceId, id);
  const versionId = sql`(select ${deployments.versionId} from ${deployments} where ${here})`;
  return [
    db.select().from(deployments).where(here),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id)),
    db.select().from(livePointers).where(eq(livePointers.targetId, id)),
  ] as const;
}

export function deploymentIn(namespaceId: NamespaceId, id: DeploymentId): SQL | undefined {
  return and(eq(deployments.id, id), eq(deployments.namespaceId, namespaceId));
}

export function entryWithLogs(parts: Parts<StepWithLog>, id: DeploymentId): HistoryEntry<StepWithLog> {
  const [entry] = entriesOf(parts);
  if (!entry) throw notFound('deployment', id);
  return entry;
}
