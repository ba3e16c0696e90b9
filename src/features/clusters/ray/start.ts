// Starts and stops a deployment's application: its row states what the cluster should run, and the cluster's application list follows.
import { and, eq, isNull, notInArray, sql } from 'drizzle-orm';
import { StartFailed } from '../../../builders/start-failures.ts';
import { BuilderError } from '../../../contract/builder/errors.ts';
import type { InstanceEvent, PythonSpec } from '../../../contract/builder/instances.ts';
import { type StartError, startErrorSchema } from '../../../contract/builder/start-errors.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import { noClusterMessage } from '../../../contract/plugin/hardware.ts';
import { requestedPermissions } from '../../../contract/plugin/permissions.ts';
import { iso } from '../../../core/clock.ts';
import { parseJson } from '../../../core/json/parse.ts';
import { insertWhere, type Statement } from '../../../db/client.ts';
import { applicationOfRun, instanceRunId } from '../../../db/run-applications.ts';
import { deployments } from '../../../db/schema/deploy.ts';
import { runs } from '../../../db/schema/runs.ts';
import { largeRoom } from '../../../registry/storage/archive-place.ts';
import { applicationName, writeApplications } from '../applications.ts';
import { requireSupported } from '../check-cluster.ts';
import { isOpenFor, selectTrusted } from '../clusters.ts';
import { noOpenClusterMessage, outOfReachMessage } from '../missing.ts';
import { ClusterFault, readRayVersion } from '../ray-dashboard.ts';
import { isShown, putPackage, readApplications, type ShownApplication } from '../ray-serve.ts';
import { clusterApplications, clusters } from '../tables.ts';
import { applicationConfig, readRayPackage, startDemand } from './application.ts';
import { loadOnRay } from './load.ts';
import { type Cluster, dashboardFor, freshPlace, overStatuses, type RayDeps, type RayPlace } from './place.ts';
import { fetchedFiles, isEmbedded, needsProvisions } from './provisions.ts';
import { chooseWithRoom } from './room.ts';
import { toInstanceStatus } from './status.ts';

/** *Dies anywhere:* the row stays, and the next start continues. */
export async function* startOnRay(
  ray: RayDeps,
  id: string,
  { environment }: Pick<PythonSpec, 'environment'>,
): AsyncGenerator<InstanceEvent> {
  const at = () => iso(ray.clock.now());
  const step = (name: 'unpack' | 'environment' | 'load') => ({ type: 'step', at: at(), step: name }) as const;
  const log = (line: string) => ({ type: 'log', at: at(), stream: 'host', line }) as const;
  try {
    const known = await freshPlace(ray, id);
    if (!known) throw gone();
    yield step('unpack');
    const ownPackages = environment?.packages ?? [];
    const cluster = await choose(ray, known, ownPackages);
    const open = cluster.network === 'open' ? '. Its network is open: the plugin is not confined' : '';
    yield log(`Runs on the Ray cluster ${cluster.name}${open}.`);
    await want(ray, known, { cluster, ownPackages });
    yield step('environment');
    await writeApplications(ray, cluster.id);
    const place = await freshPlace(ray, id);
    if (!place?.application) throw gone();
    if (place.application.cluster.id !== cluster.id)
      throw new BuilderError('unreachable', 'Another worker is starting the application on another cluster.');
    yield step('load');
    await waitUntilRunning(ray, place, cluster);
    if (needsProvisions(place.version, ownPackages)) {
      const { processes } = startDemand(place.version.manifest, place.run !== null);
      const loaded = await loadOnRay(ray, place, processes);
      if (loaded < processes)
        yield log(
          `${loaded} of ${processes} processes have loaded the plugin. The others load it with their first calls.`,
        );
    }
    yield { type: 'ready', instance: toInstanceStatus(ray, place, 'ready') };
  } catch (cause) {
    const error = startErrorOf(cause, instanceRunId(id) !== undefined);
    if (!error) throw cause;
    await stopOnRay(ray, id).catch((failure: unknown) => ray.log.warn('ray.not_removed', { id, cause: failure }));
    yield { type: 'failed', error };
  }
}

/** Marks the application as removed and waits until its cluster no longer lists it. Its calls end within `rayLimits.drainSeconds`. */
export async function stopOnRay(ray: RayDeps, id: RayPlace['id']): Promise<void> {
  ray.places.delete(id);
  const [row] = await ray.db
    .update(clusterApplications)
    .set({ removedAt: sql`coalesce(${clusterApplications.removedAt}, ${ray.clock.now()})` })
    .where(eq(clusterApplications.deploymentId, id))
    .returning({ clusterId: clusterApplications.clusterId });
  if (row) await unlessUnreachable(writeApplications(ray, row.clusterId));
}

/** Reports an unreachable cluster like an unreachable builder: callers that can wait try again. */
async function unlessUnreachable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof ClusterFault) throw new BuilderError('unreachable', cause.message, [], cause);
    throw cause;
  }
}

/** Returns the cluster that has the application, unless its network was closed to the plugin in the meantime. */
async function choose(ray: RayDeps, place: RayPlace, ownPackages: readonly string[]): Promise<Cluster> {
  const { application, id, version } = place;
  const permissions = requestedPermissions(version);
  if (application && isOpenFor(application.cluster, permissions)) return application.cluster;
  if (application) await stopOnRay(ray, id);
  const trusted = await selectTrusted(ray.db, version.organizationId);
  const open = trusted.filter((one) => isOpenFor(one, permissions));
  const files = fetchedFiles(version, ownPackages);
  const suitable = open.filter(({ reach }) => files === null || reach !== 'small');
  if (suitable.length > 0) return chooseWithRoom(ray, place, suitable);
  throw new StartFailed({ code: 'no-cluster', message: unsuitableMessage(version, { trusted, open, files }) });
}

function unsuitableMessage(
  { manifest, name }: RayPlace['version'],
  { files, open, trusted }: { files: ReturnType<typeof fetchedFiles>; open: Cluster[]; trusted: Cluster[] },
): string {
  if (trusted.length === 0) return noClusterMessage(manifest ?? {});
  return open.length === 0 || files === null ? noOpenClusterMessage(name) : outOfReachMessage(files, open);
}

/** Sends the package to the cluster and writes the row, unless the deployment is over. */
async function want(
  ray: RayDeps,
  place: RayPlace,
  { cluster, ownPackages }: { cluster: Cluster; ownPackages: readonly string[] },
): Promise<void> {
  const dashboard = await dashboardFor(ray, cluster);
  requireSupported(await readRayVersion(ray, dashboard));
  const { organizationId } = place.version;
  const sizeBytes = isEmbedded(place.version) ? place.version.sizeBytes : 0;
  const sent = async () => {
    const packed = await readRayPackage(ray, place);
    await putPackage(ray, dashboard, packed);
    return packed.digest;
  };
  const digest = await largeRoom.use(rayLimits.packageTimes * sizeBytes, sent, organizationId);
  const [run] = place.run === null ? [] : await selectRun(ray, place);
  const config = await applicationConfig(ray, place, { digest, ownPackages, parallel: run?.maxParallel ?? 1 });
  const row = { deploymentId: place.id, clusterId: cluster.id, config, crashes: 0, createdAt: ray.clock.now() };
  const goesOn = place.run === null ? selectDeployment(ray, place) : selectRun(ray, place);
  const { clusterId, removedAt } = clusterApplications;
  const kept = sql`case when ${removedAt} is null then ${clusterId} else excluded.cluster_id end`;
  const again = sql`on conflict do update set cluster_id = ${kept}, config = excluded.config, removed_at = null, crashes = 0`;
  await ray.db.batch([
    insertWhere(ray.db, clusterApplications, row, sql`exists ${goesOn}`, again),
    ...(place.run === null ? [recordCluster(ray, place)] : []),
  ]);
}

/** Writes into the deployment which cluster has its application, and what the operator says about its network now. */
function recordCluster({ db }: RayDeps, { deploymentId }: RayPlace): Statement {
  const { clusterId, deploymentId: owner, removedAt } = clusterApplications;
  const chosen = sql`(select ${clusterId} from ${clusterApplications} where ${owner} = ${deploymentId} and ${removedAt} is null)`;
  const cluster = sql`(select json_object('name', ${clusters.name}, 'network', ${clusters.network}) from ${clusters} where ${clusters.id} = ${chosen})`;
  return db
    .update(deployments)
    .set({ placement: sql`json_set(${deployments.placement}, '$.cluster', json(${cluster}))` })
    .where(and(eq(deployments.id, deploymentId), sql`${chosen} is not null`));
}

/** Selects the deployment, unless it is over. */
function selectDeployment({ db }: RayDeps, { deploymentId }: RayPlace) {
  const { id, instanceStoppedAt, status } = deployments;
  return db
    .select({ id })
    .from(deployments)
    .where(and(eq(id, deploymentId), isNull(instanceStoppedAt), notInArray(status, [...overStatuses])));
}

/** Selects the run, unless it is over. */
function selectRun({ db }: RayDeps, { id, version }: RayPlace) {
  return db
    .select({ id: runs.id, maxParallel: runs.maxParallel })
    .from(runs)
    .where(
      and(eq(runs.organizationId, version.organizationId), isNull(runs.endedAt), sql`${applicationOfRun} = ${id}`),
    );
}

/** Waits until the application runs, which means its replicas have loaded the plugin or wait for secrets. */
async function waitUntilRunning(ray: RayDeps, place: RayPlace, cluster: Cluster): Promise<void> {
  const dashboard = await dashboardFor(ray, cluster);
  const since = ray.clock.now();
  for (;;) {
    const shown = (await readApplications(ray, dashboard))[applicationName(place.id)];
    if (!isShown(shown)) throw new BuilderError('instance-gone', `The cluster ${cluster.name} lost the application.`);
    if (shown.status === 'RUNNING') return;
    if (shown.status === 'DEPLOY_FAILED') throw new StartFailed(failureIn(shown, cluster));
    const waitedMs = ray.clock.now() - since;
    const pending = Object.values(shown.deployments).find(({ message }) => /to be scheduled/.test(message))?.message;
    if (waitedMs > rayLimits.startMs || (pending !== undefined && waitedMs > rayLimits.scheduleMs))
      throw new StartFailed({ code: 'start-timeout', message: tooSlow(cluster, pending ?? shown.message) });
    await new Promise((resolve) => setTimeout(resolve, rayLimits.lookMs));
  }
}

function tooSlow({ name }: Cluster, message: string): string {
  return `The cluster ${name} did not start the plugin in time. Ray says: ${endOf(message) || 'nothing'}`;
}

const failedMark = 'slipway-start-failed ';

/**
 * Returns the adapter's reason if the plugin doesn't load. Other failures are the cluster's, such as packages that can't be installed.
 */
function failureIn({ deployments: parts, message }: ShownApplication, { name }: Cluster): StartError {
  const text = [message, ...Object.values(parts).map((part) => part.message)].join('\n');
  const own = text.split('\n').find((line) => line.includes(failedMark));
  const said =
    own === undefined
      ? undefined
      : startErrorSchema.safeParse(parseJson(own.slice(own.indexOf(failedMark) + failedMark.length)));
  if (said?.success) return said.data;
  return {
    code: 'cluster-failed',
    message: `The cluster ${name} could not start the plugin. Ray says: ${endOf(text)}`,
  };
}

function endOf(message: string): string {
  return message.trim().slice(-rayLimits.messageChars);
}

/**
 * Returns undefined if the start may be retried. The operator has to repair cluster problems; a run waits for that, because a cluster
 * whose head node is starting looks like a missing one.
 */
function startErrorOf(cause: unknown, isOfRun: boolean): StartError | undefined {
  if (cause instanceof StartFailed) return cause.error;
  if (!(cause instanceof ClusterFault)) return undefined;
  if (cause.state === 'unreachable' || isOfRun) throw new BuilderError('unreachable', cause.message, [], cause);
  return { code: 'cluster-failed', message: cause.message };
}

function gone(): BuilderError {
  return new BuilderError('stopped', 'The deployment is over');
}
