// Finds out whether a cluster has room for an application. Without an autoscaler, nobody adds a node, so a start on a full cluster fails at
// once, and says who holds what and what to do.
import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { StartFailed } from '../../../builders/start-failures.ts';
import type { StartError } from '../../../contract/builder/start-errors.ts';
import { rayLimits } from '../../../contract/features/clusters/limits.ts';
import { gpusFullMark } from '../../../contract/plugin/gpu-share.ts';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import { instanceRunId } from '../../../db/run-applications.ts';
import { deployments } from '../../../db/schema/deploy.ts';
import { pluginVersions } from '../../../db/schema/registry.ts';
import { applicationName } from '../applications.ts';
import { ask, ClusterFault, type Dashboard } from '../ray-dashboard.ts';
import { isShown, readApplications, type ShownApplication, type ShownApplications } from '../ray-serve.ts';
import { clusterApplications } from '../tables.ts';
import { type Demand, startDemand } from './application.ts';
import { type Cluster, dashboardFor, overStatuses, type RayDeps, type RayPlace } from './place.ts';

type Amount = [used: number, total: number];

const amount = z.tuple([z.number(), z.number()]);
const none: Amount = [0, 0];
/** Ray's report of its nodes, if something watches them. */
const statusModel = z.object({
  data: z.object({
    clusterStatus: z.object({
      autoscalerReport: z.object({ nodeTypeMapping: z.record(z.string(), z.string()) }),
      loadMetricsReport: z.object({
        usageByNode: z.record(z.string(), z.object({ GPU: amount.default(none), CPU: amount.default(none) })),
      }),
    }),
  }),
});

/** Each node's amounts. */
interface Nodes {
  gpu: Amount[];
  cpu: Amount[];
}

/**
 * Returns the first cluster with room for the application, or whose room can't be known. Waits while a cluster is removing applications.
 * Throws a StartFailed if all are full.
 */
export async function chooseWithRoom(ray: RayDeps, place: RayPlace, suitable: readonly Cluster[]): Promise<Cluster> {
  const demand = startDemand(place.version.manifest, place.run !== null);
  const startedAt = ray.clock.now();
  /** When applications were last seen leaving. Ray reports the room that they leave some seconds later. */
  let emptyingAt = startedAt;
  for (;;) {
    const full: Full[] = [];
    for (const cluster of suitable) {
      const found = await fullness(ray, cluster, demand);
      if (!found) return cluster;
      full.push(found);
    }
    const now = ray.clock.now();
    if (await areEmptying(ray, full)) emptyingAt = now;
    const isOver = now - emptyingAt > rayLimits.roomMs || now - startedAt > rayLimits.scheduleMs;
    const [first] = full;
    if (first && isOver) throw new StartFailed(await fullError(ray, place, demand, first));
    await new Promise((resolve) => setTimeout(resolve, rayLimits.lookMs));
  }
}

interface Full {
  cluster: Cluster;
  nodes: Nodes;
  shown: ShownApplications;
}

/** Returns undefined if the cluster has room, may get more nodes, or doesn't say. */
async function fullness(ray: RayDeps, cluster: Cluster, demand: Demand): Promise<Full | undefined> {
  try {
    const dashboard = await dashboardFor(ray, cluster);
    const nodes = await fixedNodes(ray, dashboard);
    if (!nodes || hasRoom(nodes, demand)) return undefined;
    const shown = await readApplications(ray, dashboard);
    return { cluster, nodes, shown };
  } catch (cause) {
    if (cause instanceof ClusterFault) return undefined; // the start reports it
    throw cause;
  }
}

/** Returns whether applications are leaving, which soon makes room: Ray is removing them, or their deployments are over or end soon. */
async function areEmptying({ db }: RayDeps, full: readonly Full[]): Promise<boolean> {
  if (full.some(({ shown }) => Object.values(shown).some((one) => !isShown(one)))) return true;
  const { clusterId, deploymentId, removedAt } = clusterApplications;
  const { status, stopAfter } = deployments;
  const leaving = await db
    .select({ id: deploymentId })
    .from(clusterApplications)
    .innerJoin(deployments, eq(deployments.id, deploymentId))
    .where(
      and(
        inArray(
          clusterId,
          full.map(({ cluster }) => cluster.id),
        ),
        or(isNotNull(removedAt), isNotNull(stopAfter), inArray(status, [...overStatuses])),
      ),
    )
    .limit(1);
  return leaving.length > 0;
}

/** Returns the nodes of a cluster without an autoscaler. There, Ray names each node's type after its ID. */
async function fixedNodes(ray: RayDeps, dashboard: Dashboard): Promise<Nodes | undefined> {
  const { data } = await ask(ray, dashboard, { path: '/api/cluster_status', model: statusModel });
  const { autoscalerReport, loadMetricsReport } = data.clusterStatus;
  const types = Object.entries(autoscalerReport.nodeTypeMapping);
  const usage = Object.values(loadMetricsReport.usageByNode);
  if (types.length === 0 || usage.length === 0 || types.some(([id, type]) => type !== `node_${id}`)) return undefined;
  return { gpu: usage.map(({ GPU }) => GPU), cpu: usage.map(({ CPU }) => CPU) };
}

/** Ray's sums of fractions are inexact. */
const inexact = 1e-6;

/** Returns false only if the processes certainly don't fit: which card of a node has how much left is unknown. */
function hasRoom({ cpu, gpu }: Nodes, { cpus, gpus, processes }: Demand): boolean {
  const fitting = gpu.map((gpuOfNode, at) => Math.min(times(gpuOfNode, gpus), times(cpu[at] ?? none, cpus)));
  return fitting.reduce((sum, count) => sum + count, 0) >= processes;
}

function times([used, total]: Amount, each: number): number {
  return each === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((total - used) / each + inexact));
}

type Unit = 'GPU' | 'CPU';

async function fullError(ray: RayDeps, place: RayPlace, demand: Demand, full: Full): Promise<StartError> {
  const { cluster, nodes } = full;
  const unit: Unit = hasRoom({ ...nodes, cpu: nodes.cpu.map(() => endless) }, demand) ? 'CPU' : 'GPU';
  const empty = { gpu: nodes.gpu.map(emptied), cpu: nodes.cpu.map(emptied) };
  const less = `ask for fewer processes (\`num_replicas\`) or a smaller \`num_${unit.toLowerCase()}s\` in \`serve_config\` of manifest.py`;
  const needs = `The cluster ${cluster.name} is full: the plugin needs ${amountText(demand, unit)}, ${gpusFullMark}: ${freeText(nodes, unit)}.`;
  const help = hasRoom(empty, demand)
    ? await undeployAdvice(ray, place, full, unit)
    : "That is more than it has. Ask the cluster's operator for another node, or";
  return { code: unit === 'GPU' ? 'gpu-full' : 'cluster-failed', message: `${needs} ${help} ${less}.` };
}

const endless: Amount = [0, Number.MAX_SAFE_INTEGER];

function emptied([, total]: Amount): Amount {
  return [0, total];
}

/** Names the organization's deployments on the cluster, and says how to remove one. The sentence is unfinished. */
async function undeployAdvice(ray: RayDeps, place: RayPlace, full: Full, unit: Unit): Promise<string> {
  const held = await holders(ray, place, full);
  const [example] = held;
  if (!example) return "None of this organization's deployments run there. Ask the cluster's operator who uses it, or";
  const named = held.slice(0, rayLimits.namedHoldersMax).map((one) => `${one.label} (${amountText(one.demand, unit)})`);
  const more = held.length > named.length ? ` and ${held.length - named.length} more` : '';
  return `This organization has there: ${named.join(', ')}${more}. Undeploy one, such as \`slipway undeploy ${example.version}\`, publish with \`--replace\`, which then undeploys older versions first, or`;
}

interface Holder {
  label: string;
  version: string;
  demand: Demand;
}

/** Returns the organization's other applications on the cluster, with the number of processes that Ray shows. */
async function holders({ db }: RayDeps, { id, version }: RayPlace, { cluster, shown }: Full): Promise<Holder[]> {
  const { clusterId, createdAt, deploymentId, removedAt } = clusterApplications;
  const deployment = sql`substr(${deploymentId}, 1, instr(${deploymentId} || '-', '-') - 1)`;
  const { major, manifest, minor, name, patch } = pluginVersions;
  const rows = await db
    .select({ application: deploymentId, name, major, minor, patch, manifest })
    .from(clusterApplications)
    .innerJoin(deployments, eq(deployments.id, deployment))
    .innerJoin(pluginVersions, eq(deployments.versionId, pluginVersions.id))
    .where(and(eq(clusterId, cluster.id), isNull(removedAt), eq(deployments.organizationId, version.organizationId)))
    .orderBy(asc(createdAt));
  return rows.flatMap((row) => {
    if (row.application === id) return [];
    const isRun = instanceRunId(row.application) !== undefined;
    const demand = startDemand(row.manifest, isRun);
    const processes = processesIn(shown[applicationName(row.application)]) ?? demand.processes;
    const number = formatVersion(row);
    const label = `${isRun ? 'a run of ' : ''}${row.name} ${number}`;
    return [{ label, version: `${row.name}@${number}`, demand: { ...demand, processes } }];
  });
}

function processesIn(application: ShownApplication | undefined): number | undefined {
  return application && Object.values(application.deployments).reduce((sum, { replicas }) => sum + replicas.length, 0);
}

function amountText({ cpus, gpus, processes }: Demand, unit: Unit): string {
  const each = `${unit === 'GPU' ? gpus : cpus} ${unit}`;
  return processes === 1 ? each : `${processes} × ${each}`;
}

function freeText({ cpu, gpu }: Nodes, unit: Unit): string {
  const nodes = unit === 'GPU' ? gpu : cpu;
  const total = nodes.reduce((sum, [, amount]) => sum + amount, 0);
  const used = nodes.reduce((sum, [amount]) => sum + amount, 0);
  return `${rounded(total - used)} of its ${rounded(total)} ${unit}s`;
}

function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}
