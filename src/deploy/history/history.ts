// Reads deployments: one with its steps and logs, or a page of them, newest first. One D1 round trip each.
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/namespaces.ts';
import { namespaceOf, requireOwner, selectOwner } from '../../access/owners.ts';
import { type DeploymentState, deploymentSteps } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { readTogether } from '../../db/client.ts';
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
  /** Even if it has been deleted. */
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

/** All deployments of a namespace. */
export async function listDeployments(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, status }: HistoryFilter,
  page: PageRequest,
): Promise<Page<HistoryEntry>> {
  requireScope(actor, 'plugins:read');
  const ofStatus = status === undefined ? undefined : eq(deployments.status, status);
  const which =
    name === undefined
      ? and(eq(deployments.namespaceId, namespaceId), ofStatus)
      : sql`${deployments.id} in ${namedIds({ namespaceId, organizationId: actor.organizationId, name }, ofStatus, page)}`;
  const { namespaces, ...parts } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    ...selectPage(db, which, page),
  });
  requireNamespace(namespaces, namespaceId);
  return pageOfParts(parts, page);
}

interface NamedIn {
  namespaceId: NamespaceId;
  organizationId: OrganizationId;
  name: string;
}

/** SQL: the IDs of the newest deployments of each plugin that may have the name here. Each part ends with the page. */
function namedIds({ namespaceId, organizationId, name }: NamedIn, which: SQL | undefined, page: PageRequest): SQL {
  const before = page.cursor === undefined ? undefined : lt(sql`${deployments.id}`, page.cursor);
  const parts = [
    { ownerId: namespaceId, kind: 'extractor' },
    { ownerId: organizationId, kind: 'extractor' },
    { ownerId: namespaceId, kind: 'pipeline' },
    { ownerId: namespaceId, kind: 'storage' },
  ].map(({ ownerId, kind }) => {
    const plugin = sql`(select ${plugins.id} from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${plugins.kind} = ${kind} and ${plugins.name} = ${name})`;
    const own = and(eq(deployments.namespaceId, namespaceId), sql`${deployments.pluginId} = ${plugin}`, which, before);
    return sql`select * from (select ${deployments.id} from ${deployments} where ${own} order by ${desc(deployments.id)} limit ${page.limit + 1})`;
  });
  return sql`(${sql.join(parts, sql` union all `)})`;
}

/** The deployments of one version: in its namespace, or in all of them if it belongs to the organization. */
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
  const { owners, visible, ...parts } = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    visible: selectVisibleVersion(db, key),
    ...selectPage(db, which, page),
  });
  requireOwner(owners, ownerId);
  requireVersion(visible, slug);
  return pageOfParts(parts, page);
}

/** Reads for a batch. (No join: in a batch, D1 drops columns of the same name.) */
function selectPage(db: Deps['db'], which: SQL | undefined, { limit, cursor }: PageRequest) {
  const onPage = and(which, cursor ? lt(sql`${deployments.id}`, cursor) : undefined);
  const column = (name: 'id' | 'version_id') =>
    sql`(select ${sql.identifier(name)} from ${deployments} where ${onPage} order by ${desc(deployments.id)} limit ${limit})`;
  const { deploymentId, step, attempt, startedAt, endedAt, error } = deploymentStepRows;
  return {
    rows: db
      .select()
      .from(deployments)
      .where(onPage)
      .orderBy(desc(deployments.id))
      .limit(limit + 1),
    versions: db
      .select()
      .from(pluginVersions)
      .where(inArray(pluginVersions.id, column('version_id'))),
    steps: db
      .select({ deploymentId, step, attempt, startedAt, endedAt, error })
      .from(deploymentStepRows)
      .where(inArray(deploymentId, column('id'))),
    pointers: db
      .select()
      .from(livePointers)
      .where(inArray(livePointers.targetId, column('id'))),
  };
}

interface Parts<S> {
  rows: Deployment[];
  versions: PluginVersion[];
  steps: S[];
  pointers: (typeof livePointers.$inferSelect)[];
}

function pageOfParts({ rows, ...rest }: Parts<Step>, { limit }: PageRequest): Page<HistoryEntry> {
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
  return { items: entriesOf({ rows: items, ...rest }), nextCursor };
}

function entriesOf<S extends Step>({ rows, versions, steps, pointers }: Parts<S>): HistoryEntry<S>[] {
  return rows.flatMap((deployment) => {
    const version = versions.find(({ id }) => id === deployment.versionId);
    if (!version) return [];
    const own = steps
      .filter(({ deploymentId }) => deploymentId === deployment.id)
      .sort((a, b) => deploymentSteps.indexOf(a.step) - deploymentSteps.indexOf(b.step));
    return [{ deployment, version, serving: pointers.some(({ targetId }) => targetId === deployment.id), steps: own }];
  });
}

/** The deployment with its steps and logs; 404 for one that is not in this namespace. */
export async function findDeployment(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  id: DeploymentId,
): Promise<HistoryEntry<StepWithLog>> {
  const { namespaces, ...parts } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    ...selectWithLogs(db, namespaceId, id),
  });
  requireNamespace(namespaces, namespaceId);
  return entryWithLogs(parts, id);
}

/** Reads for a batch. */
export function selectWithLogs(db: Deps['db'], namespaceId: NamespaceId, id: DeploymentId) {
  const here = deploymentIn(namespaceId, id);
  const versionId = sql`(select ${deployments.versionId} from ${deployments} where ${here})`;
  return {
    rows: db.select().from(deployments).where(here),
    versions: db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    steps: db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id)),
    pointers: db.select().from(livePointers).where(eq(livePointers.targetId, id)),
  };
}

export function deploymentIn(namespaceId: NamespaceId, id: DeploymentId): SQL | undefined {
  return and(eq(deployments.id, id), eq(deployments.namespaceId, namespaceId));
}

export function entryWithLogs(parts: Parts<StepWithLog>, id: DeploymentId): HistoryEntry<StepWithLog> {
  const [entry] = entriesOf(parts);
  if (!entry) throw notFound('deployment', id);
  return entry;
}
