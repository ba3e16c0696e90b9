// Looks up the deployment that serves a version's slug or a plugin's name, by the live pointers. What it reads does not depend on who
// asks, but for the organization, so that one batch can look up the caller's key as well.
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, type Reader } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import type { StandbyMark } from '../contract/builder/serving.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId, PluginRowId } from '../core/ids.ts';
import type { Problem } from '../core/problem.ts';
import { lookUpPrimary, type ReadRows } from '../db/nearest.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import type { StartableVersion } from '../deploy/builder/instances.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/installs.ts';
import { requirePublished, selectPendingUpload } from '../registry/uploads/pending-uploads.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { parseVersionKey } from '../registry/versions/versions.ts';
import { visibleVersionId } from '../registry/versions/visible-versions.ts';
import { notServing } from './not-serving.ts';

export interface Route {
  namespaceId: NamespaceId;
  deploymentId: DeploymentId;
  generation: number;
  type: DeploymentType;
  /** Parameters of the deployment; a call's own override them. */
  parameters: Deployment['parameters'];
  /** Where its instance runs. */
  placement: Deployment['placement'];
  /** How many instances it may have. Null: one. */
  scaling: Deployment['scaling'];
  version: StartableVersion;
  /** Whether another version serves the plugin's name. Null for a kind whose name is served by one version only. */
  mark: StandbyMark | null;
}

interface VersionCallee {
  by: 'version';
  namespaceId: NamespaceId;
  /** The version's slug. */
  pluginId: string;
}

/** The version that serves the name. */
interface NameCallee {
  by: 'name';
  namespaceId: NamespaceId;
  name: string;
}

/** A plugin in the organization's default namespace (D20). */
export interface GoCallee {
  by: 'kind';
  kind: GoKind;
  name: string;
}

export type ExtractorCallee = VersionCallee | NameCallee;
export type Callee = ExtractorCallee | GoCallee;

/** Why there is no route, which takes another look to say. */
export interface NoRoute {
  explain(): Promise<Problem>;
}

export type Found = { route: Route } | NoRoute;

interface LookUp {
  deps: Pick<Deps, 'db'>;
  reader: Reader;
  read: ReadRows;
}

/** Throws a Problem for what the reader cannot see. */
export function lookUpRoute(lookUp: LookUp, callee: Callee): Promise<Found> {
  switch (callee.by) {
    case 'version':
      return lookUpVersion(lookUp, callee);
    case 'name':
      return lookUpName(lookUp, callee);
    case 'kind':
      return lookUpGoPlugin(lookUp, callee);
  }
}

/** Finds the deployment of a version, also if it is for batches only. Throws not-found or not-deployed. */
export async function findDeployed(
  deps: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  callee: Omit<VersionCallee, 'by'>,
): Promise<Omit<Route, 'mark'>> {
  const { namespaceId, pluginId } = callee;
  const { found } = await lookUpPrimary(deps, (read) => selectVersion(read, actor, callee));
  const { deployment, version } = found;
  if (!deployment)
    throw await notServing(deps, { namespaceId, subject: { versionId: version.id }, ...notDeployed(pluginId) });
  return routeBy(namespaceId, version, deployment);
}

async function lookUpVersion({ deps, reader, read }: LookUp, callee: VersionCallee): Promise<Found> {
  const { mark, ...found } = await selectVersion(read, reader, callee);
  const subject = { versionId: found.version.id };
  return routeTo(deps, { namespaceId: callee.namespaceId, subject, name: callee.pluginId }, { ...found, mark });
}

const nothingMore = () => ({});

async function selectVersion(read: ReadRows, reader: Reader, { namespaceId, pluginId }: Omit<VersionCallee, 'by'>) {
  const key = parseVersionKey(namespaceId, pluginId);
  const versionId = visibleVersionId(key);
  const {
    namespaces,
    versions,
    serving: [deployment],
    names: [name],
    uploads,
  } = await read(
    (db) => ({
      namespaces: selectNamespace(db, reader, namespaceId),
      uploads: selectPendingUpload(db, reader, key),
      ...selectServing(db, sql`${namespaceId}`, versionId),
      names: selectName(
        db,
        namespaceId,
        sql`(select ${pluginVersions.pluginId} from ${pluginVersions} where ${pluginVersions.id} = ${versionId})`,
      ),
    }),
    nothingMore,
  );
  requireNamespace(namespaces, namespaceId);
  const version = requirePublished(versions, uploads, pluginId);
  const mark = name ? { standby: name.targetId !== version.id, ticket: name.ticket } : null;
  return { version, deployment, mark };
}

/** Reads for a batch: what serves a plugin's name, and the ticket that moved it there. */
function selectName(db: Deps['db'], namespaceId: NamespaceId, pluginId: SQL) {
  return db
    .select({ targetId: livePointers.targetId, ticket: livePointers.ticket })
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, pluginId)));
}

/** Finds the deployment that serves a plugin's name, also if it is for batches only. Throws not-found or not-deployed. */
export async function findDeployedByName(
  deps: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  callee: Omit<NameCallee, 'by'>,
): Promise<Omit<Route, 'mark'>> {
  const { namespaceId, name } = callee;
  const { found } = await lookUpPrimary(deps, (read) => selectNamed(read, actor, callee));
  const { deployment, plugin, version } = found;
  if (!deployment || !version)
    throw await notServing(deps, { namespaceId, subject: { pluginId: plugin.id }, ...notDeployed(name) });
  return routeBy(namespaceId, version, deployment);
}

async function lookUpName({ deps, reader, read }: LookUp, callee: NameCallee): Promise<Found> {
  const { namespaceId, name } = callee;
  const { plugin, ...serving } = await selectNamed(read, reader, callee);
  return routeTo(deps, { namespaceId, subject: { pluginId: plugin.id }, name }, serving);
}

async function selectNamed(read: ReadRows, reader: Reader, { namespaceId, name }: Omit<NameCallee, 'by'>) {
  const inNamespace = sql<NamespaceId>`${namespaceId}`;
  const pluginId = pluginIdByName(namespaceId, name);
  const {
    namespaces,
    named: [plugin],
    names: [pointer],
    versions: [version],
    serving: [deployment],
  } = await read(
    (db) => ({
      namespaces: selectNamespace(db, reader, namespaceId),
      named: selectPluginByName(db, namespaceId, name),
      names: selectName(db, namespaceId, pluginId),
      ...selectServing(db, inNamespace, targetOf(inNamespace, pluginId)),
    }),
    nothingMore,
  );
  requireNamespace(namespaces, namespaceId);
  if (!plugin) throw notFound('plugin', name);
  const mark = pointer ? { standby: false, ticket: pointer.ticket } : null;
  return { plugin, version, deployment, mark };
}

async function lookUpGoPlugin({ deps, reader, read }: LookUp, { kind, name }: GoCallee): Promise<Found> {
  const namespaceId = homeNamespaceId(reader);
  const installed = and(
    eq(sql`${plugins.ownerId}`, namespaceId),
    eq(plugins.kind, kind),
    eq(plugins.name, name),
    isNotNull(plugins.activeVersionId),
  );
  const pluginId = sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${installed})`;
  const {
    home,
    named: [plugin],
    versions: [version],
    serving: [deployment],
  } = await read(
    (db) => ({
      home: selectHomeNamespace(db, reader),
      named: db.select({ id: plugins.id }).from(plugins).where(installed),
      ...selectServing(db, namespaceId, targetOf(namespaceId, pluginId)),
    }),
    nothingMore,
  );
  const homeId = requireHomeNamespace(home, reader);
  if (!plugin) return { explain: () => absentPlugin(deps, { ownerId: homeId, kind, name }) };
  const target = { namespaceId: homeId, subject: { pluginId: plugin.id }, name, deploysItself: true };
  return routeTo(deps, target, { version, deployment, mark: null });
}

/** Reads for a batch: the version, and the deployment that serves it. */
function selectServing(db: Deps['db'], namespaceId: SQL<NamespaceId>, versionId: SQL) {
  return {
    versions: db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    serving: db
      .select()
      .from(deployments)
      .where(eq(deployments.id, targetOf(namespaceId, versionId))),
  };
}

type Target = Omit<Parameters<typeof notServing>[1], 'message'>;

interface Serving {
  version: StartableVersion | undefined;
  deployment: Deployment | undefined;
  mark: StandbyMark | null;
}

function routeTo(deps: Pick<Deps, 'db'>, target: Target, { version, deployment, mark }: Serving): Found {
  const { namespaceId, name } = target;
  if (!version || !deployment) return { explain: () => notServing(deps, { ...target, ...notDeployed(name) }) };
  if (deployment.type === 'batch_only') {
    const message = `Plugin ${name} is deployed for batch only and has no realtime endpoint`;
    return { explain: () => notServing(deps, { ...target, message }) };
  }
  return { route: { ...routeBy(namespaceId, version, deployment), mark } };
}

function routeBy(
  namespaceId: NamespaceId,
  version: StartableVersion,
  { generation, id, parameters, placement, scaling, type }: Deployment,
): Omit<Route, 'mark'> {
  return { namespaceId, deploymentId: id, generation, type, parameters, placement, scaling, version };
}

/** SQL: what the live pointer of a version or a plugin names. */
function targetOf(namespaceId: SQL<NamespaceId>, subjectId: SQL): SQL {
  const pointer = and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, subjectId));
  return sql`(select ${livePointers.targetId} from ${livePointers} where ${pointer})`;
}

function notDeployed(name: string): { name: string; message: string } {
  return { name, message: `Plugin ${name} is not deployed` };
}
