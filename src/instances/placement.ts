// Decides where an instance runs, and finds it again by its ID.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { instanceDeploymentId } from '../contract/builder/fleets.ts';
import { nearestLimits } from '../contract/limits/serving.ts';
import { asksForGpu, declaredPlacement } from '../contract/plugin/hardware.ts';
import { declaredRequirements, type Manifest } from '../contract/plugin/manifest.ts';
import {
  type ContainerSize,
  containerSizes,
  defaultSize,
  environmentBytesMax,
  type Placement,
  sizeFor,
} from '../contract/plugin/placement.ts';
import type { DeploymentState, ExtractorPlacement } from '../contract/states.ts';
import { type DeploymentId, isId, type NamespaceId, type OrganizationId, type RunId } from '../core/ids.ts';
import { runApplicationId } from '../db/run-applications.ts';
import { namespaces, organizations } from '../db/schema/access.ts';
import { deployments } from '../db/schema/deploy.ts';
import { environments, pluginLocks } from '../db/schema/environments.ts';
import type { Deps } from '../deps.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';

/** Used if there is no instance: the deployment's row is gone, or the ID belongs to no instance. */
const nowhere: Placement = { size: defaultSize, location: null, jurisdiction: null };
const cacheSize = 10_000;

const declared = z.object({ memory_gb: z.number().positive() });
const declaredForBatch = z.object({ actor_memory_gb: z.number().positive() });

/**
 * Returns the memory that a plugin declares for its realtime part, or else for an actor in its batch part. Null if it declares none.
 */
export function declaredMemoryMiB(manifest: Pick<Manifest, 'serve_config' | 'compute_profile'> | null): number | null {
  const gigabytes =
    declared.safeParse(manifest?.serve_config).data?.memory_gb ??
    declaredForBatch.safeParse(manifest?.compute_profile).data?.actor_memory_gb;
  return gigabytes === undefined ? null : gigabytes * 1024;
}

/** SQL: the smallest size that fits the plugin's declared memory and its packages, if they were installed before. */
function sizeOf({ id, manifest }: Pick<PluginVersion, 'id' | 'manifest'>): SQL {
  const declaring = sizeFor(declaredMemoryMiB(manifest));
  if (declaredRequirements(manifest).length === 0) return sql`${declaring}`;
  const sizes = containerSizes.slice(containerSizes.indexOf(declaring));
  const bytes = sql`coalesce(max(${environments.sizeBytes}), 0)`;
  // Uses constants, as there are too many for bound parameters.
  const cases = sizes.map(
    (size) => sql`when ${bytes} <= ${sql.raw(String(environmentBytesMax(size)))} then ${sql.raw(`'${size}'`)}`,
  );
  const lock = sql`(select ${pluginLocks.digest} from ${pluginLocks} where ${pluginLocks.versionId} = ${id})`;
  return sql`(select case ${sql.join(cases, sql` `)} else ${sizes.at(-1)} end from ${environments} where ${environments.lock} = ${lock})`;
}

/** Where a version runs if neither its manifest nor a default says. Omitted for a container or builder. */
export interface WithFallback {
  fallback?: 'ray' | undefined;
}

type PlacedVersion = Pick<PluginVersion, 'id' | 'kind' | 'pluginId' | 'organizationId' | 'manifest' | 'placement'> &
  WithFallback;

/**
 * SQL: a new deployment's placement. It is near the caller or, as for deployments that the queue requests, where the plugin was last
 * deployed. It stays within its organization's jurisdiction, and a storage plugin at the builder with its files.
 */
export function namespacePlacement(
  { locationHint }: Pick<Deps, 'locationHint'>,
  namespaceId: NamespaceId,
  version: PlacedVersion,
): SQL<Placement> {
  const { kind, pluginId } = version;
  const last = (member: string) =>
    sql`(select ${deployments.placement} ->> ${sql.raw(`'$.${member}'`)} from ${deployments} where ${deployments.namespaceId} = ${namespaceId} and ${deployments.pluginId} = ${pluginId} order by ${deployments.ticket} desc limit 1)`;
  const home = kind === 'storage' ? sql`, 'home', ${last('home')}` : sql.empty();
  const place = versionPlace(namespaceId, version);
  // Merging a null leaves the member out.
  return sql`json_patch(${containerPlacement(version, sql`coalesce(${locationHint}, ${last('location')})`)}, json_object('place', ${place}${home}))`;
}

/** SQL: the placement of a trial's instance: a container near the caller, never a Ray cluster. */
export function trialPlacement({ locationHint }: Pick<Deps, 'locationHint'>, version: PlacedVersion): SQL<string> {
  return containerPlacement(version, sql`${locationHint}`);
}

function containerPlacement(version: PlacedVersion, location: SQL): SQL<string> {
  const jurisdiction = sql`(select ${organizations.jurisdiction} from ${organizations} where ${organizations.id} = ${version.organizationId})`;
  const gpus = asksForGpu(version.manifest ?? {}) ? sql`, 'gpus', ${version.organizationId}` : sql.empty();
  return sql`json_object('size', ${sizeOf(version)}, 'location', ${location}, 'jurisdiction', ${jurisdiction}${gpus})`;
}

/** SQL: the place of a new deployment of the version; null for a container. */
export function versionPlace(
  namespaceId: NamespaceId,
  { fallback, kind, manifest, organizationId, placement }: PlacedVersion,
): SQL<string | null> {
  if (placement?.place === 'isolate') return sql`'isolate'`;
  return kind === 'extractor'
    ? newPlace(declaredPlacement(manifest), { namespaceId, organizationId, fallback })
    : sql`null`;
}

/**
 * SQL: `ray` if a new deployment of an extractor runs on a Ray cluster; otherwise null. The manifest takes precedence over the
 * namespace's default, that over the organization's, and that over the fallback.
 */
export function newPlace(
  declared: ExtractorPlacement | undefined,
  { fallback, namespaceId, organizationId }: PlacedFor,
): SQL<string | null> {
  if (declared !== undefined) return declared === 'ray' ? sql`'ray'` : sql`null`;
  const ofNamespace = sql`(select ${namespaces.placement} from ${namespaces} where ${namespaces.id} = ${namespaceId})`;
  const ofOrganization = sql`(select ${organizations.placement} from ${organizations} where ${organizations.id} = ${organizationId})`;
  const byDefault = sql<string | null>`nullif(coalesce(${ofNamespace}, ${ofOrganization}), 'sandbox')`;
  return fallback === undefined ? byDefault : sql`coalesce(${byDefault}, ${fallback})`;
}

interface PlacedFor extends WithFallback {
  namespaceId: NamespaceId | SQL;
  organizationId: OrganizationId;
}

/** Placements by deployment, with their expiry. */
export type PlacementCache = Map<string, { placement: Placement; until: number }>;

const runSeparator = '-';

/** Returns a new ID for another instance of a deployment, which gets the same placement as its own. */
export function separateInstanceId(id: DeploymentId): string {
  return id + runSeparator + crypto.randomUUID().slice(0, 8);
}

/** Returns the instance ID of one of a run's processes. The process gets the same placement as the deployment's own instance. */
export function runInstanceId(id: DeploymentId, run: RunId, slot: number): string {
  return `${runApplicationId(id, run)}${runSeparator}${slot}`;
}

/** States in which a deployment may still get a larger container for its packages, or a place in a shared container. */
const unplaced: ReadonlySet<DeploymentState> = new Set([
  'queued',
  'claimed',
  'building',
  'starting',
  'verifying',
  'ready',
]);

/**
 * Gives a deployment that is being built a larger container if packages of this size don't fit. Returns both sizes; `after` is
 * undefined if none is large enough. The caller ends the instance's container first.
 */
export async function enlarge(
  { db }: Pick<Deps, 'db'>,
  id: string,
  packageBytes: number,
): Promise<{ before: ContainerSize; after: ContainerSize | undefined }> {
  const row = isId('deployment', id) ? await selectPlacement(db, id) : undefined;
  const { size: before } = row?.placement ?? nowhere;
  const larger = containerSizes.slice(containerSizes.indexOf(before) + 1);
  const after = larger.find((size) => environmentBytesMax(size) >= packageBytes);
  if (after && row)
    await db
      .update(deployments)
      .set({ placement: sql`json_set(${deployments.placement}, '$.size', ${after})` })
      .where(and(eq(deployments.id, row.id), eq(deployments.status, 'building')));
  return { before, after };
}

/**
 * Returns a lookup. Once verified, a deployment's placement changes only when it leaves a shared container, so an isolate reads any
 * other placement only once.
 */
export function placementLookup(
  { clock, db }: Pick<Deps, 'clock' | 'db'>,
  cache: PlacementCache,
): (id: string) => Promise<Placement> {
  return async (instanceId) => {
    const id = instanceDeploymentId(instanceId);
    const cached = cache.get(id);
    if (cached && cached.until > clock.now()) return cached.placement;
    const row = isId('deployment', id) ? await selectPlacement(db, id) : undefined;
    if (!row) return nowhere;
    if (!unplaced.has(row.status)) rememberPlacement({ clock }, cache, row);
    return row.placement;
  };
}

/** A shared container's placement is cached only as long as a route, which may still lead to a deployment that has left it. */
export function rememberPlacement(
  { clock }: Pick<Deps, 'clock'>,
  cache: PlacementCache,
  { id, placement }: { id: string; placement: Placement },
): void {
  if (cache.size >= cacheSize) cache.clear();
  const until = placement.shared ? clock.now() + nearestLimits.staleWhileRevalidateMs : Number.POSITIVE_INFINITY;
  cache.set(id, { placement, until });
}

async function selectPlacement(db: Deps['db'], id: DeploymentId) {
  const { placement, status } = deployments;
  const [row] = await db
    .select({ id: deployments.id, placement, status })
    .from(deployments)
    .where(eq(deployments.id, id));
  return row;
}
