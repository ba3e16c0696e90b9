// Looks up the live deployment for a version's slug or a plugin's name, by the live pointers. The result depends on nothing but the
// caller's organization, so the same batch can also look up the caller's key.
import { and, eq, getTableColumns, isNotNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Actor, notFound, type Reader } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/visible-namespaces.ts';
import type { StandbyMark } from '../contract/builder/serving.ts';
import { callLimitSchema, limitedKinds, type SubjectLimit } from '../contract/call-limits.ts';
import type { GoKind } from '../contract/plugin/go-kinds.ts';
import type { ReleasePlan, ReleaseSetting, ReleaseSide } from '../contract/releases.ts';
import type { DeploymentType } from '../contract/states.ts';
import type { DeploymentId, NamespaceId, PluginRowId } from '../core/ids.ts';
import type { Problem } from '../core/problem.ts';
import { qualified } from '../db/client.ts';
import { lookUpPrimary, type ReadRows } from '../db/nearest.ts';
import { callLimits } from '../db/schema/call-limits.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import { isActiveRelease, releases } from '../db/schema/releases.ts';
import type { Deps, ReleaseOfName, StartableVersion } from '../deps.ts';
import { type Refusal, refusingColumn } from '../limits/budgets.ts';
import type { Deployment } from '../pointers/overview.ts';
import { mayRepeat } from '../pointers/repeatable.ts';
import { absentPlugin } from '../registry/go/absent-plugin.ts';
import { homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/home-namespace.ts';
import { pluginIdByName, selectPluginByName } from '../registry/versions/active-version.ts';
import { requirePublished, selectPendingUpload } from '../registry/versions/pending-uploads.ts';
import { parseVersionKey } from '../registry/versions/versions.ts';
import { visibleVersionId } from '../registry/versions/visible-versions.ts';
import { type NotServing, notServingProblem } from './not-serving.ts';

export interface Route {
  namespaceId: NamespaceId;
  deploymentId: DeploymentId;
  generation: number;
  type: DeploymentType;
  /** The deployment's parameters; a call's own parameters override them. */
  parameters: Deployment['parameters'];
  /** Placement of its instance. */
  placement: Deployment['placement'];
  /** Instance limits; null for a single instance. */
  scaling: Deployment['scaling'];
  version: StartableVersion;
  /** Limits of the calls of the plugin and the version. */
  limits: SubjectLimit[];
  /** The spent budget that refuses to start an instance in its month, if any. */
  refusing: Refusal | null;
  /** Standby mark if another version has the plugin's name. Null for kinds that have one version per name. */
  mark: StandbyMark | null;
  /** The name's active release; null if there is none or the call names a version. */
  release: RouteRelease | null;
  /** How the release's draw ended for this call. */
  drawn?: Drawn;
}

/** A release as calls see it. The route is the stable version's. */
export interface RouteRelease extends ReleaseOfName {
  setting: ReleaseSetting;
  plan: ReleasePlan;
  /** Calls may be repeated: neither version reaches anything outside its sandbox, or the plan allows it. */
  isRepeatable: boolean;
  /** Where the candidate's calls go. Null if it isn't live. */
  candidate: Route | null;
}

/** The version that one call was drawn for. */
export interface Drawn {
  release: RouteRelease;
  side: ReleaseSide;
  /** The version that serves the name. */
  stable: Route['version'];
  /** The weight under which it was drawn. */
  weight: number;
  /** A hash of the caller's key; null if each call is drawn independently. */
  stickyKey: string | null;
  /** True if the call started an instance. */
  started: boolean;
}

/** A version's live deployment, without what depends on its name. */
export type LiveVersion = Omit<Route, 'mark' | 'release' | 'drawn'>;

interface VersionCallee {
  by: 'version';
  namespaceId: NamespaceId;
  /** The version's slug. */
  pluginId: string;
}

/** A plugin's name, which stands for its live version. */
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

/** Why there is no route, which takes another lookup to find out. */
export interface NoRoute {
  explain(): Promise<Problem>;
}

export type Found = { route: Route } | NoRoute;

interface LookUp {
  deps: Pick<Deps, 'db'>;
  reader: Reader;
  read: ReadRows;
}

/** Looks up the route. Throws a Problem if there is none that the reader can see. */
export async function lookUpRoute(lookUp: LookUp, callee: Callee): Promise<Found> {
  const { deps } = lookUp;
  const selected = await select(lookUp, callee);
  if ('absent' in selected) return { explain: selected.absent };
  const { deployment, mark, release, version } = selected;
  if (!version || !deployment) return { explain: () => notServingProblem(deps, explained(selected)) };
  if (deployment.type === 'batch_only') {
    const message = `Plugin ${selected.name} is deployed for batch only and has no realtime endpoint`;
    return { explain: () => notServingProblem(deps, { ...explained(selected), message }) };
  }
  return { route: { ...routeBy(selected.namespaceId, version, deployment), mark, release } };
}

/** Finds the deployment of a version or name, including batch-only ones. Throws not-found or not-deployed. */
export async function findDeployed(
  deps: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  callee: ExtractorCallee,
): Promise<LiveVersion> {
  const { found } = await lookUpPrimary(deps, (read) => selectExtractor({ reader: actor, read }, callee));
  const { deployment, namespaceId, version } = found;
  if (!deployment || !version) throw await notServingProblem(deps, explained(found));
  return routeBy(namespaceId, version, deployment);
}

interface Selected {
  namespaceId: NamespaceId;
  /** The version or plugin whose pointer names the deployment. */
  subject: NotServing['subject'];
  name: string;
  deploysItself?: boolean;
  version: ServedVersion | undefined;
  deployment: Deployment | undefined;
  mark: StandbyMark | null;
  release: RouteRelease | null;
}

function explained({ namespaceId, subject, name, deploysItself = false }: Selected): NotServing {
  return { namespaceId, subject, name, deploysItself, message: `Plugin ${name} is not deployed` };
}

function select(lookUp: LookUp, callee: Callee): Promise<Selected | { absent: () => Promise<Problem> }> {
  return callee.by === 'kind' ? selectGoPlugin(lookUp, callee) : selectExtractor(lookUp, callee);
}

function selectExtractor(lookUp: Omit<LookUp, 'deps'>, callee: ExtractorCallee): Promise<Selected> {
  return callee.by === 'version' ? selectVersion(lookUp, callee) : selectNamed(lookUp, callee);
}

const nothingMore = () => ({});

async function selectVersion(
  { read, reader }: Omit<LookUp, 'deps'>,
  { namespaceId, pluginId }: VersionCallee,
): Promise<Selected> {
  const key = parseVersionKey(namespaceId, pluginId);
  const versionId = visibleVersionId(key);
  const pluginOfVersion = sql`(select ${pluginVersions.pluginId} from ${pluginVersions} where ${pluginVersions.id} = ${versionId})`;
  const { namespaces, versions, serving, names, uploads } = await read(
    (db) => ({
      namespaces: selectNamespace(db, reader, namespaceId),
      uploads: selectPendingUpload(db, reader, key),
      ...selectServing(db, { ...reader, namespaceId: sql`${namespaceId}` }, versionId),
      names: selectName(db, namespaceId, pluginOfVersion),
    }),
    nothingMore,
  );
  requireNamespace(namespaces, namespaceId);
  const version = requirePublished(versions, uploads, pluginId);
  const [pointer] = names;
  const mark = pointer ? { standby: pointer.targetId !== version.id, ticket: pointer.ticket } : null;
  return {
    namespaceId,
    subject: { versionId: version.id },
    name: pluginId,
    version,
    deployment: serving[0],
    mark,
    release: null,
  };
}

/** Selects, for a batch, the live version of a plugin's name and the ticket that moved it there. */
function selectName(db: Deps['db'], namespaceId: NamespaceId, pluginId: SQL) {
  return db
    .select({ targetId: livePointers.targetId, ticket: livePointers.ticket })
    .from(livePointers)
    .where(and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, pluginId)));
}

async function selectNamed(
  { read, reader }: Omit<LookUp, 'deps'>,
  { namespaceId, name }: NameCallee,
): Promise<Selected> {
  const inNamespace = sql<NamespaceId>`${namespaceId}`;
  const place = { ...reader, namespaceId: inNamespace };
  const pluginId = pluginIdByName(namespaceId, name);
  const { namespaces, named, names, versions, serving, ...released } = await read(
    (db) => ({
      namespaces: selectNamespace(db, reader, namespaceId),
      named: selectPluginByName(db, namespaceId, name),
      names: selectName(db, namespaceId, pluginId),
      ...selectServing(db, place, pointerTarget(inNamespace, pluginId)),
      ...selectRelease(db, place, pluginId),
    }),
    nothingMore,
  );
  requireNamespace(namespaces, namespaceId);
  const [plugin] = named;
  if (!plugin) throw notFound('plugin', name);
  const [pointer] = names;
  const mark = pointer ? { standby: false, ticket: pointer.ticket } : null;
  const release = releaseBy({ namespaceId, ...released }, versions[0], mark);
  const found = { version: versions[0], deployment: serving[0], mark, release };
  return { namespaceId, subject: { pluginId: plugin.id }, name, ...found };
}

async function selectGoPlugin(
  { deps, read, reader }: LookUp,
  { kind, name }: GoCallee,
): Promise<Selected | { absent: () => Promise<Problem> }> {
  const namespaceId = homeNamespaceId(reader);
  const installed = and(
    eq(sql`${plugins.ownerId}`, namespaceId),
    eq(plugins.kind, kind),
    eq(plugins.name, name),
    isNotNull(plugins.activeVersionId),
  );
  const pluginId = sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${installed})`;
  const { home, named, versions, serving, ...released } = await read(
    (db) => ({
      home: selectHomeNamespace(db, reader),
      named: db.select({ id: plugins.id }).from(plugins).where(installed),
      ...selectServing(db, { ...reader, namespaceId }, pointerTarget(namespaceId, pluginId)),
      ...selectRelease(db, { ...reader, namespaceId }, pluginId),
    }),
    nothingMore,
  );
  const homeId = requireHomeNamespace(home, reader);
  const [plugin] = named;
  if (!plugin) return { absent: () => absentPlugin(deps, { ownerId: homeId, kind, name }) };
  const release = releaseBy({ namespaceId: homeId, ...released }, versions[0], null);
  const found = { version: versions[0], deployment: serving[0], mark: null, release };
  return { namespaceId: homeId, subject: { pluginId: plugin.id }, name, deploysItself: true, ...found };
}

type ServedVersion = StartableVersion & Pick<Route, 'limits' | 'refusing'>;
type Place = Pick<Reader, 'organizationId'> & { namespaceId: SQL<NamespaceId> };

const limitRows = z.array(z.object({ kind: z.enum(limitedKinds), subjectId: z.string(), limit: callLimitSchema }));

/** The version's columns, with the limits of its calls and of its plugin's. */
const servedColumns = {
  ...getTableColumns(pluginVersions),
  limits: qualified(
    sql<
      SubjectLimit[]
    >`(select json_group_array(json_object('kind', ${callLimits.kind}, 'subjectId', ${callLimits.subjectId},
      'limit', json_object('perMinute', ${callLimits.perMinute}, 'atOnce', ${callLimits.atOnce})))
      from ${callLimits} where ${callLimits.subjectId} in (${pluginVersions.id}, ${pluginVersions.pluginId}))`,
  ).mapWith((text: string) => limitRows.parse(JSON.parse(text))),
};

/** Selects, for a batch, the version and its live deployment. */
function selectServing(db: Deps['db'], place: Place, versionId: SQL) {
  return {
    versions: db
      .select({ ...servedColumns, refusing: refusingColumn(place) })
      .from(pluginVersions)
      .where(eq(pluginVersions.id, versionId)),
    serving: db
      .select()
      .from(deployments)
      .where(eq(deployments.id, pointerTarget(place.namespaceId, versionId))),
  };
}

/** Selects, for a batch, the name's active release, its candidate and the candidate's live deployment. */
function selectRelease(db: Deps['db'], place: Place, pluginId: SQL) {
  const active = and(
    eq(sql`${releases.namespaceId}`, place.namespaceId),
    eq(sql`${releases.pluginId}`, pluginId),
    isActiveRelease(),
  );
  const candidateId = sql`(select ${releases.toVersionId} from ${releases} where ${active})`;
  const candidate = selectServing(db, place, candidateId);
  return {
    active: db.select().from(releases).where(active),
    candidates: candidate.versions,
    candidateServing: candidate.serving,
  };
}

interface ReleasedRows {
  namespaceId: NamespaceId;
  active: (typeof releases.$inferSelect)[];
  candidates: ServedVersion[];
  candidateServing: Deployment[];
}

/** A release counts only as long as the name serves the version that it began from. */
function releaseBy(
  { active: [row], candidates: [version], candidateServing: [deployment], namespaceId }: ReleasedRows,
  stable: StartableVersion | undefined,
  mark: StandbyMark | null,
): RouteRelease | null {
  if (!row || row.fromVersionId !== stable?.id) return null;
  const { generation, id, plan, pluginId, shadow, weight } = row;
  const setting = { generation, weight, shadow, ended: false };
  const isRepeatable = mayRepeat(plan, version ? [stable, version] : [stable]);
  const release: RouteRelease = { id, namespaceId, pluginId, setting, plan, isRepeatable, candidate: null };
  if (version && deployment?.type === 'realtime')
    release.candidate = { ...routeBy(namespaceId, version, deployment), mark, release };
  return release;
}

function routeBy(
  namespaceId: NamespaceId,
  version: ServedVersion,
  { generation, id, parameters, placement, scaling, type }: Deployment,
): LiveVersion {
  const { limits, refusing } = version;
  return { namespaceId, deploymentId: id, generation, type, parameters, placement, scaling, version, limits, refusing };
}

/** SQL: the target of a version's or plugin's live pointer. */
function pointerTarget(namespaceId: SQL<NamespaceId>, subjectId: SQL): SQL {
  const pointer = and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, subjectId));
  return sql`(select ${livePointers.targetId} from ${livePointers} where ${pointer})`;
}
