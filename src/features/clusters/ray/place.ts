// Finds deployments that run on Ray and their clusters.
import { eq, sql } from 'drizzle-orm';
import { instanceDeploymentId } from '../../../contract/builder/fleets.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { hex } from '../../../core/digest.ts';
import { type DeploymentId, isId } from '../../../core/ids.ts';
import { instanceRunId } from '../../../db/run-applications.ts';
import { deployments } from '../../../db/schema/deploy.ts';
import { pluginVersions } from '../../../db/schema/registry.ts';
import type { Deps } from '../../../deps.ts';
import { openDashboard, type WriteDeps } from '../applications.ts';
import type { AskDeps, Dashboard } from '../ray-dashboard.ts';
import { clusterApplications, clusters } from '../tables.ts';

/** Places by application ID. A null entry, keyed by deployment ID, means the deployment isn't on Ray and never will be. */
export type RayPlaces = Map<string, { place: RayPlace; until: number } | null>;

export type RayDeps = WriteDeps &
  AskDeps &
  Pick<Deps, 'blobs' | 'features' | 'log' | 'publicUrl' | 'storage'> & { places: RayPlaces };

export type Cluster = typeof clusters.$inferSelect;

export interface RayPlace {
  /** Application ID: the deployment's ID, or one ID for all processes of a run. */
  id: string;
  deploymentId: DeploymentId;
  /** Last part of the ID of the run whose steps it executes; null if it answers calls. */
  run: string | null;
  version: typeof pluginVersions.$inferSelect;
  /** The key of the application's route. */
  routeKey: string;
  /** Null if no cluster has it, because it was stopped or never started. */
  application: { cluster: Cluster; config: JsonObject; crashes: number } | null;
}

/** Statuses of deployments whose applications are about to be removed, or have been. */
export const overStatuses = ['failed', 'superseded', 'cancelled', 'stopped'] as const;

const placesMax = 10_000;

/** Returns null for an instance that isn't on Ray. Run and test instances are placed like their deployment. */
export async function findRayPlace(ray: RayDeps, instanceId: string): Promise<RayPlace | null> {
  const deploymentId = instanceDeploymentId(instanceId);
  if (!isId('deployment', deploymentId) || ray.places.get(deploymentId) === null) return null;
  const id = applicationIdOf(instanceId);
  const known = ray.places.get(id);
  if (known && known.until > ray.clock.now()) return known.place;
  const place = await readPlace(ray, { deploymentId, id, run: instanceRunId(instanceId) ?? null });
  if (place !== undefined) remember(ray, place?.id ?? deploymentId, place);
  return place ?? null;
}

/** All processes of a run share one application. */
function applicationIdOf(instanceId: string): string {
  return instanceRunId(instanceId) === undefined
    ? instanceDeploymentId(instanceId)
    : instanceId.split('-').slice(0, 2).join('-');
}

/** Reads the place again before a write. */
export async function freshPlace(ray: RayDeps, instanceId: string): Promise<RayPlace | null> {
  ray.places.delete(applicationIdOf(instanceId));
  return findRayPlace(ray, instanceId);
}

/** Records that a deployment isn't on Ray, as its route's rows show. */
export function rememberElsewhere(places: RayPlaces, id: string): void {
  if (places.size >= placesMax) places.clear();
  places.set(id, null);
}

export function dashboardFor(ray: RayDeps, cluster: Cluster): Promise<Dashboard> {
  return openDashboard(ray, cluster);
}

function remember(ray: RayDeps, id: string, place: RayPlace | null): void {
  if (ray.places.size >= placesMax) ray.places.clear();
  ray.places.set(id, place && { place, until: ray.clock.now() + rayLimits.usedMs });
}

/** Returns undefined if the deployment doesn't exist. */
async function readPlace(
  ray: RayDeps,
  { deploymentId, id, run }: Pick<RayPlace, 'id' | 'deploymentId' | 'run'>,
): Promise<RayPlace | null | undefined> {
  const { db } = ray;
  const [row] = await db
    .select({ place: sql<string | null>`${deployments.placement} ->> '$.place'`, version: pluginVersions })
    .from(deployments)
    .innerJoin(pluginVersions, eq(deployments.versionId, pluginVersions.id))
    .where(eq(deployments.id, deploymentId));
  if (row?.place !== 'ray') return row && null;
  const [found] = await db
    .select({ cluster: clusters, application: clusterApplications })
    .from(clusterApplications)
    .innerJoin(clusters, eq(clusterApplications.clusterId, clusters.id))
    .where(eq(clusterApplications.deploymentId, id));
  const isWanted = found !== undefined && found.application.removedAt === null;
  const application = isWanted ? { cluster: found.cluster, ...found.application } : null;
  return { id, deploymentId, run, version: row.version, routeKey: await deriveRouteKey(ray, id), application };
}

const encoder = new TextEncoder();

/** Returns the key of the application's route. Nobody else can derive it; the cluster gets only its digest. */
export async function deriveRouteKey({ dataKey }: Pick<Deps, 'dataKey'>, id: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(dataKey), algorithm, false, ['sign']);
  return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`ray-route/${id}`))));
}
