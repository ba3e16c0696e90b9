// Reads deployments: one with its steps and logs, or a page of them, newest first. Each read is one D1 round trip.
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../../access/owners.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import { type DeploymentState, deploymentSteps } from '../../contract/states.ts';
import type { DeploymentId, NamespaceId, OrganizationId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { deploymentStepRows, deployments, livePointers } from '../../db/schema/deploy.ts';
import { type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from '../../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../../registry/versions/visible-versions.ts';
import type { Deployment } from '../overview.ts';

export type StepWithLog = typeof deploymentStepRows.$inferSelect;
export type Step = Omit<StepWithLog, 'deploymentId' | 'log' | 'logLines'>;

export interface HistoryEntry<S = Step> {
  deployment: Deployment;
  /** The version; it may have been deleted. */
  version: PluginVersion;
  /** True if a pointer names the deployment. */
  serving: boolean;
  /** Steps in run order. */
  steps: S[];
}

export interface HistoryFilter {
  /** The plugin's name. */
  name?: string | undefined;
  status?: DeploymentState | undefined;
}

/** Lists all deployments of a namespace. */
export async function listDeployments(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { namespaceId, name, status }: HistoryFilter & { namespaceId: NamespaceId },
  page: PageRequest,
): Promise<Page<HistoryEntry>> {
  requireScope(actor, 'plugins:read');
  const ofStatus = status === undefined ? undefined : eq(deployments.status, status);
  const { namespaces, ...parts } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    ...(name === undefined
      ? selectPage(db, and(eq(deployments.namespaceId, namespaceId), ofStatus), page)
      : selectNamed(db, { namespaceId, organizationId: actor.organizationId, name }, ofStatus, page)),
  });
  requireNamespace(namespaces, namespaceId);
  return pageOfParts(parts, page);
}

interface NamedIn {
  namespaceId: NamespaceId;
  organizationId: OrganizationId;
  name: string;
}

/** Selects, for a batch, the newest deployments of each plugin that may have this name here. Each part is limited to the page. */
function selectNamed(db: Deps['db'], named: NamedIn, which: SQL | undefined, page: PageRequest) {
  const ids = sql`${deployments.id} in ${ofName(deployments.id, named, which, page)}`;
  return selectRows(db, ids, ofName(deployments.versionId, named, which, page), page);
}

function ofName(
  column: AnySQLiteColumn,
  { namespaceId, organizationId, name }: NamedIn,
  which: SQL | undefined,
  page: PageRequest,
): SQL {
  const before = page.cursor === undefined ? undefined : lt(sql`${deployments.id}`, page.cursor);
  const parts = [
    { ownerId: namespaceId, kind: 'extractor' },
    { ownerId: organizationId, kind: 'extractor' },
    { ownerId: namespaceId, kind: 'pipeline' },
    { ownerId: namespaceId, kind: 'storage' },
  ].map(({ ownerId, kind }) => {
    const plugin = sql`(select ${plugins.id} from ${plugins} where ${plugins.ownerId} = ${ownerId} and ${plugins.kind} = ${kind} and ${plugins.name} = ${name})`;
    const own = and(eq(deployments.namespaceId, namespaceId), sql`${deployments.pluginId} = ${plugin}`, which, before);
    return sql`select * from (select ${column} from ${deployments} where ${own} order by ${desc(deployments.id)} limit ${page.limit + 1})`;
  });
  return sql`(${sql.join(parts, sql` union all `)})`;
}

/** Lists a version's deployments: in its namespace, or in all namespaces if the organization owns it. */
export async function listVersionDeployments(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { ownerId, slug }: { ownerId: OwnerId; slug: string },
  page: PageRequest,
): Promise<Page<HistoryEntry>> {
  requireScope(actor, 'plugins:read');
  const key = parseVersionKey(ownerId, slug);
  const namespaceId = ownerNamespace(ownerId);
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

/** Selects a page of deployments for a batch. Doesn't join, because in a batch D1 drops columns of the same name. */
function selectPage(db: Deps['db'], which: SQL | undefined, { limit, cursor }: PageRequest) {
  const onPage = and(which, cursor ? lt(sql`${deployments.id}`, cursor) : undefined);
  const versionIds = sql`(select ${deployments.versionId} from ${deployments} where ${onPage} order by ${desc(deployments.id)} limit ${limit})`;
  return selectRows(db, onPage, versionIds, { limit });
}

function selectRows(db: Deps['db'], onPage: SQL | undefined, versionIds: SQL, { limit }: PageRequest) {
  return {
    rows: db
      .select({ deployment: deployments, steps: stepsOfRow, serving: isServing })
      .from(deployments)
      .where(onPage)
      .orderBy(desc(deployments.id))
      .limit(limit + 1),
    versions: db.select().from(pluginVersions).where(inArray(pluginVersions.id, versionIds)),
  };
}

const stepSchema = z.object({
  step: z.enum(deploymentSteps),
  attempt: z.int(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  error: z.string().nullable(),
});

/** SQL over rows of deployments: the row's steps as JSON. */
const stepsOfRow = (() => {
  const { deploymentId, step, attempt, startedAt, endedAt, error } = deploymentStepRows;
  const object = sql`json_object('step', ${step}, 'attempt', ${attempt}, 'startedAt', ${startedAt}, 'endedAt', ${endedAt}, 'error', ${error})`;
  const list = sql`(select json_group_array(${object}) from ${deploymentStepRows} where ${deploymentId} = ${deployments.id})`;
  return qualified(list)
    .mapWith((text: string) => z.array(stepSchema).parse(JSON.parse(text)))
    .as('steps');
})();

/** SQL over rows of deployments: a pointer names the row. */
const isServing = qualified(
  sql<boolean>`exists (select 1 from ${livePointers} where ${livePointers.targetId} = ${deployments.id})`,
)
  .mapWith(Boolean)
  .as('serving');

type Row = { deployment: Deployment; steps: Step[]; serving: boolean };

function pageOfParts(parts: { rows: Row[]; versions: PluginVersion[] }, { limit }: PageRequest): Page<HistoryEntry> {
  const { items, nextCursor } = toPage(parts.rows, limit, ({ deployment }) => deployment.id);
  const entries = items.flatMap(({ deployment, steps, serving }) => {
    const version = parts.versions.find(({ id }) => id === deployment.versionId);
    return version ? [{ deployment, version, serving, steps: inOrder(steps) }] : [];
  });
  return { items: entries, nextCursor };
}

function inOrder<S extends Step>(steps: S[]): S[] {
  return steps.sort((a, b) => deploymentSteps.indexOf(a.step) - deploymentSteps.indexOf(b.step));
}

/** Returns the deployment with its steps and logs; 404 if it isn't in this namespace. */
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

/** Selects, for a batch, the deployment with its steps and logs. */
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

interface Parts {
  rows: Deployment[];
  versions: PluginVersion[];
  steps: StepWithLog[];
  pointers: (typeof livePointers.$inferSelect)[];
}

export function entryWithLogs({ rows, versions, steps, pointers }: Parts, id: DeploymentId): HistoryEntry<StepWithLog> {
  const [deployment] = rows;
  const [version] = versions;
  if (!deployment || !version) throw notFound('deployment', id);
  return { deployment, version, serving: pointers.length > 0, steps: inOrder(steps) };
}
