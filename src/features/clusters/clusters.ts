// Adds, lists, checks and removes Ray clusters (docs/ray.md), for operators with the admin token. A cluster runs only plugins of
// organizations that it is trusted for (decision 111). Tokens are write-only.
import { and, asc, eq, getTableColumns, gt, inArray, ne, notExists, or, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import type { ActorRef } from '../../contract/actor.ts';
import type { ClusterReach } from '../../contract/features/clusters/feature.ts';
import { clusterLimits } from '../../contract/features/clusters/limits.ts';
import type { Permissions } from '../../contract/plugin/permissions.ts';
import type { ClusterNetwork } from '../../contract/states.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import type { ClusterId, OrganizationId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { invalidField, Problem } from '../../core/problem.ts';
import { seal, sealingKey, unseal } from '../../core/sealing.ts';
import { type Db, insertWhere, previousChanged, qualified, type Statement, writeAndRead } from '../../db/client.ts';
import { organizations } from '../../db/schema/access.ts';
import { deployments } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { Closing } from '../../points.ts';
import { type ClusterCheck, checkCluster } from './check-cluster.ts';
import type { AskDeps, Dashboard } from './ray-dashboard.ts';
import { findReach, type ReachDeps } from './reach.ts';
import { clusterApplications, clusters } from './tables.ts';

const { sealed: _, leaseToken: __, leaseUntil: ___, ...shown } = getTableColumns(clusters);

type ClusterRow = typeof clusters.$inferSelect;
export type Cluster = Omit<ClusterRow, 'sealed' | 'leaseToken' | 'leaseUntil'>;

export interface GivenCluster {
  name: string;
  dashboardUrl: string;
  serveUrl: string;
  token: string;
  /** Null means all organizations. */
  trustedFor: OrganizationId[] | null;
  network: ClusterNetwork;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'dataKey' | 'log'> & ReachDeps;

/**
 * Checks the cluster and adds it. Throws a Problem if the check fails, or the name or the dashboard is taken. *Dies before the batch:*
 * nothing was added; the cluster was only queried.
 */
export async function addCluster(deps: WriteDeps, actor: ActorRef, given: GivenCluster): Promise<Cluster> {
  const { db, ids, clock, log } = deps;
  const { name, network, token } = given;
  const trustedFor = given.trustedFor && [...new Set(given.trustedFor)];
  const dashboardUrl = parseClusterUrl(deps, 'dashboard_url', given.dashboardUrl);
  const serveUrl = parseClusterUrl(deps, 'serve_url', given.serveUrl);
  const sameNameOrDashboard = db
    .select(shown)
    .from(clusters)
    .where(or(eq(clusters.name, name), eq(clusters.dashboardUrl, dashboardUrl)));
  for (const other of await sameNameOrDashboard) throw isTaken(other, name);
  await requireOrganizations(deps, trustedFor ?? []);
  const check = await checkCluster(deps, { url: dashboardUrl, token }, 'none');
  if (check.state !== 'ready') throw refused(name, check);
  const reach = await findReach(deps, { url: dashboardUrl, token });
  const id = ids('cluster');
  const now = clock.now();
  const sealed = await sealToken(deps, { id, dashboardUrl }, token);
  const place = { id, name, dashboardUrl, serveUrl };
  const row = { ...place, sealed, trustedFor, network, ...check, reach, checkedAt: now, createdAt: now };
  const count = sql<number>`(select count(*) from ${clusters} where ${clusters.name} > '')`;
  const hasRoom = sql`${count} < ${clusterLimits.perInstallationMax}`;
  const { taken } = await writeAndRead(
    db,
    [
      insertWhere(db, clusters, row, hasRoom, sql`on conflict do nothing`),
      ...eventsOf(deps, actor, row, { type: 'organization.cluster_added', data: { name, network } }),
    ],
    { taken: sameNameOrDashboard },
  );
  const [found] = taken;
  if (!found) throw tooMany();
  if (found.id !== id) throw isTaken(found, name);
  log.warn('cluster.added', { cluster: name, trusted_for: trustedFor ?? 'all', network });
  return found;
}

export async function listClusters(
  { db }: Pick<Deps, 'db'>,
  { limit, cursor = '' }: PageRequest,
): Promise<Page<Cluster>> {
  const rows = await db
    .select(shown)
    .from(clusters)
    .where(gt(clusters.name, cursor))
    .orderBy(asc(clusters.name))
    .limit(limit + 1);
  return toPage(rows, limit, ({ name }) => name);
}

export interface TrustedCluster extends Cluster {
  /** How many of the organization's deployments run there. */
  deployments: number;
}

/** Lists the clusters that run plugins of the actor's organization. */
export async function listTrustedClusters(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor = '' }: PageRequest,
): Promise<Page<TrustedCluster>> {
  requireScope(actor, 'plugins:read');
  const { organizationId } = actor;
  const { clusterId, deploymentId, removedAt } = clusterApplications;
  const isOwn = sql`exists (select 1 from ${deployments} where ${deployments.id} = ${deploymentId} and ${deployments.organizationId} = ${organizationId})`;
  const count = sql<number>`(select count(*) from ${clusterApplications} where ${clusterId} = ${clusters.id} and ${removedAt} is null and ${isOwn})`;
  const rows = await db
    .select({ ...shown, deployments: qualified(count) })
    .from(clusters)
    .where(and(gt(clusters.name, cursor), isTrustedFor(organizationId)))
    .orderBy(asc(clusters.name))
    .limit(limit + 1);
  return toPage(rows, limit, ({ name }) => name);
}

export async function clusterByName({ db }: Pick<Deps, 'db'>, name: string): Promise<Cluster> {
  const [row] = await db.select(shown).from(clusters).where(eq(clusters.name, name));
  if (!row) throw notFound('cluster', name);
  return row;
}

/**
 * Changes whether plugins that are granted hosts may run on the cluster. Running ones keep their place: closing the network refuses
 * their next start.
 */
export async function changeClusterNetwork(
  deps: WriteDeps,
  actor: ActorRef,
  name: string,
  network: ClusterNetwork,
): Promise<Cluster> {
  const cluster = await clusterByName(deps, name);
  const { db } = deps;
  const { rows } = await writeAndRead(
    db,
    [
      db
        .update(clusters)
        .set({ network })
        .where(and(eq(clusters.id, cluster.id), ne(clusters.network, network))),
      ...eventsOf(deps, actor, cluster, { type: 'organization.cluster_changed', data: { name, network } }),
    ],
    { rows: db.select(shown).from(clusters).where(eq(clusters.id, cluster.id)) },
  );
  const [changed] = rows;
  if (!changed) throw notFound('cluster', name);
  if (cluster.network !== network) deps.log.warn('cluster.network_changed', { cluster: name, network });
  return changed;
}

/** Checks the cluster now, also whether its nodes can fetch files, and returns it with the result. */
export async function recheckCluster(deps: WriteDeps, name: string): Promise<Cluster> {
  const [row] = await deps.db.select().from(clusters).where(eq(clusters.name, name));
  if (!row) throw notFound('cluster', name);
  const checked = await checkAndStore(deps, row, (dashboard) => findReach(deps, dashboard));
  return checked ?? clusterByName(deps, name);
}

type CheckDeps = Pick<Deps, 'db' | 'clock' | 'dataKey' | 'log'> & AskDeps;

/**
 * Stores the result and returns the cluster with it, unless a later check has stored its own or the cluster was removed. `reachOf` also
 * finds out whether nodes can fetch files; a regular check doesn't.
 */
export async function checkAndStore(
  deps: CheckDeps,
  row: ClusterRow,
  reachOf: (dashboard: Dashboard) => Promise<ClusterReach | null> = async () => null,
): Promise<Cluster | undefined> {
  const { db, clock, log } = deps;
  const startedAt = clock.now();
  const token = await openToken(deps, row);
  const check: ClusterCheck =
    token === undefined
      ? { state: 'token-unreadable', message: unreadable, rayVersion: row.rayVersion }
      : await checkCluster(deps, { url: row.dashboardUrl, token }, 'own');
  const found = token !== undefined && check.state === 'ready' ? await reachOf({ url: row.dashboardUrl, token }) : null;
  const known = { ...check, rayVersion: check.rayVersion ?? row.rayVersion, ...(found ? { reach: found } : {}) };
  const [stored] = await db
    .update(clusters)
    .set({ ...known, checkedAt: startedAt })
    .where(and(eq(clusters.id, row.id), sql`${clusters.checkedAt} <= ${startedAt}`))
    .returning(shown);
  if (check.state !== row.state)
    log.warn('cluster.changed', { cluster: row.name, state: check.state, message: check.message });
  return stored;
}

export async function removeCluster(deps: WriteDeps, actor: ActorRef, name: string): Promise<void> {
  const cluster = await clusterByName(deps, name);
  const { db } = deps;
  const runs = db
    .select({ one: sql`1` })
    .from(clusterApplications)
    .where(eq(clusterApplications.clusterId, cluster.id));
  const { left } = await writeAndRead(
    db,
    [
      db.delete(clusters).where(and(eq(clusters.id, cluster.id), notExists(runs))),
      ...eventsOf(deps, actor, cluster, { type: 'organization.cluster_removed', data: { name } }),
    ],
    { left: runs.limit(1) },
  );
  if (left.length > 0)
    throw new Problem('conflict', `The cluster ${name} runs deployments`, {
      hint: 'Undeploy them, wait half a minute until they have ended, then remove the cluster.',
    });
  deps.log.warn('cluster.removed', { cluster: name });
}

type ClusterEvent =
  | {
      type: 'organization.cluster_added' | 'organization.cluster_changed';
      data: { name: string; network: ClusterNetwork };
    }
  | { type: 'organization.cluster_removed'; data: { name: string } };

/**
 * Returns an event for each organization that the cluster names. A cluster for all organizations has no event, as there is no shared
 * log.
 */
function eventsOf(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  actor: ActorRef,
  { id, trustedFor }: Pick<ClusterRow, 'id' | 'trustedFor'>,
  { type, data }: ClusterEvent,
): Statement[] {
  return (trustedFor ?? []).map((organizationId) =>
    record(deps, { organizationId, namespaceId: null, actor, subjectId: id, type, data }, previousChanged),
  );
}

async function requireOrganizations({ db }: Pick<Deps, 'db'>, given: OrganizationId[]): Promise<void> {
  if (given.length === 0) return;
  const found = await db.select({ id: organizations.id }).from(organizations).where(inArray(organizations.id, given));
  const missing = given.find((id) => !found.some((row) => row.id === id));
  if (missing !== undefined) throw notFound('organization', missing);
}

function parseClusterUrl(rules: ExternalUrlRules, field: 'dashboard_url' | 'serve_url', text: string): string {
  const target = parseExternalUrl(text, rules);
  const fault =
    'refused' in target
      ? target.refused
      : target.url.search !== '' || target.url.hash !== ''
        ? 'it has a query or a fragment'
        : undefined;
  if (!('refused' in target) && fault === undefined) return target.url.href.replace(/(?<!\/)\/+$/, '');
  throw invalidField(field, `The URL is not allowed: ${fault}`, 'url_refused');
}

const unreadable =
  "The cluster's token can no longer be decrypted: DATA_KEK has changed. Remove the cluster and add it again.";

function refused(name: string, { state, message }: ClusterCheck): Problem {
  const text = `The cluster ${name} was not added. ${message}`;
  const field = state === 'token-refused' ? 'token' : 'dashboard_url';
  return new Problem('cluster-refused', text, {
    details: { state },
    fields: [{ path: ['body', field], message: 'is not accepted', type: state.replaceAll('-', '_') }],
  });
}

function isTaken(found: Cluster, name: string): Problem {
  if (found.name === name) return new Problem('name-taken', `A cluster named ${name} already exists`);
  return new Problem('name-taken', `The dashboard ${found.dashboardUrl} is connected as the cluster ${found.name}`, {
    hint: `Use that cluster, or remove it first: \`slipway clusters remove ${found.name}\`.`,
  });
}

function tooMany(): Problem {
  const max = clusterLimits.perInstallationMax;
  return new Problem(
    'quota-exceeded',
    `This installation has ${max} of ${max} clusters. Remove one that you no longer need: \`slipway clusters remove NAME\`.`,
    { details: { resource: 'clusters', current_count: max, max_allowed: max } },
  );
}

/** SQL condition: the cluster is trusted for the organization. */
export function isTrustedFor(organizationId: OrganizationId): SQL {
  return sql`(${clusters.trustedFor} is null or exists (select 1 from json_each(${clusters.trustedFor}) t where t.value = ${organizationId}))`;
}

/** Selects the organization's clusters, best first: those that respond, with the fewest applications. */
export function selectTrusted(db: Db, organizationId: OrganizationId) {
  const count = sql`(select count(*) from ${clusterApplications} where ${clusterApplications.clusterId} = ${clusters.id})`;
  return db
    .select()
    .from(clusters)
    .where(sql`${clusters.name} > '' and ${isTrustedFor(organizationId)}`)
    .orderBy(sql`${clusters.state} <> 'ready'`, count, clusters.name)
    .limit(clusterLimits.perInstallationMax);
}

/** Returns a statement that ends the clusters' service to an organization. The clusters are the operator's and stay. */
export function endTrust(db: Db, { id, isClosed }: Closing): Statement[] {
  const each = sql`json_each(${clusters.trustedFor}) t`;
  const others = sql`(select json_group_array(t.value) from ${each} where t.value <> ${id})`;
  const isNamed = sql`exists (select 1 from ${each} where t.value = ${id})`;
  const all = sql`(select name from ${clusters} where name > '' limit ${clusterLimits.perInstallationMax})`;
  return [
    db
      .update(clusters)
      .set({ trustedFor: others })
      .where(and(sql`${clusters.name} in ${all}`, isNamed, isClosed)),
  ];
}

/** Returns whether plugins with these permissions may run on the cluster. */
export function isOpenFor({ network }: Pick<ClusterRow, 'network'>, permissions: Permissions | undefined): boolean {
  return network === 'open' || !permissions?.network?.length;
}

interface Place {
  id: ClusterId;
  dashboardUrl: string;
}

async function sealToken({ dataKey }: Pick<Deps, 'dataKey'>, place: Place, token: string): Promise<string> {
  return seal(await sealingKey(dataKey), contextOf(place), token);
}

/** Returns undefined if the token was encrypted with a different key, for a different cluster or URL, or was modified. */
export async function openToken(
  { dataKey }: Pick<Deps, 'dataKey'>,
  row: Place & { sealed: string },
): Promise<string | undefined> {
  return unseal(await sealingKey(dataKey), contextOf(row), row.sealed).catch(() => undefined);
}

function contextOf({ id, dashboardUrl }: Place): string {
  return `cluster/${id}/${dashboardUrl}`;
}
