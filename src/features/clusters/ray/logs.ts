// Reads plugin output from the replicas' logs, where the adapter writes one record per line.
import { and, eq, gte, isNull, lt } from 'drizzle-orm';
import { StartFailed } from '../../../builders/start-failures.ts';
import type { HeldLog } from '../../../contract/builder/logs/chunk.ts';
import { hostLine, type LogLine, logLineSchema } from '../../../contract/builder/logs/line.ts';
import { sha256Hex } from '../../../core/digest.ts';
import { parseJson } from '../../../core/json/parse.ts';
import { applicationName } from '../applications.ts';
import { isShown, readApplications, readLogFile, type ShownApplication } from '../ray-serve.ts';
import { clusterApplications, clusters } from '../tables.ts';
import { type Cluster, dashboardFor, type RayDeps, type RayPlace } from './place.ts';
import { readSecretMask } from './provisions.ts';
import { showOnRay } from './status.ts';

const mark = 'slipway-line ';

/**
 * Returns one chunk with every replica's newest lines, including the replicas of the deployment's runs. Undefined if no cluster has an
 * application for the deployment.
 */
export async function logsOnRay(ray: RayDeps, place: RayPlace): Promise<HeldLog | undefined> {
  const [shown, ofRuns] = await Promise.all([showOnRay(ray, place), runsOf(ray, place)]);
  const own =
    shown && place.application ? [{ cluster: place.application.cluster, application: shown.application }] : [];
  if (own.length + ofRuns.length === 0) return undefined;
  const state = shown?.state ?? 'ready';
  const texts = await Promise.all([...own, ...ofRuns].map((one) => textsOf(ray, one)));
  const printed = await masked(ray, place, texts.flat().flatMap(linesIn));
  const lines = printed.sort((one, other) => (one.at < other.at ? -1 : 1));
  const [first] = lines;
  if (!first) return { state, chunks: [] };
  const writer = (await sha256Hex(place.id)).slice(0, 8);
  return { state, chunks: [{ start: Date.parse(first.at), writer, lines }] };
}

/** Hides output that can't be masked because the plugin lost a secret or its grant. */
async function masked(ray: RayDeps, place: RayPlace, lines: LogLine[]): Promise<LogLine[]> {
  try {
    const mask = await readSecretMask(ray, place);
    return lines.map((line) => ({ ...line, line: mask.text(line.line) }));
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    return [
      hostLine(
        ray.clock.now(),
        `The plugin's output is not shown, since its secrets can't be masked: ${error.message}`,
      ),
    ];
  }
}

interface OnCluster {
  cluster: Cluster;
  application: ShownApplication;
}

/** Returns the applications of the deployment's runs. An application exists only while its run works. */
async function runsOf(ray: RayDeps, { deploymentId }: RayPlace): Promise<OnCluster[]> {
  const id = clusterApplications.deploymentId;
  const rows = await ray.db
    .select({ id, cluster: clusters })
    .from(clusterApplications)
    .innerJoin(clusters, eq(clusterApplications.clusterId, clusters.id))
    .where(and(gte(id, `${deploymentId}-`), lt(id, `${deploymentId}.`), isNull(clusterApplications.removedAt)));
  const found = rows.map(async ({ cluster, id }) => {
    const application = (await readApplications(ray, await dashboardFor(ray, cluster)))[applicationName(id)];
    return isShown(application) ? [{ cluster, application }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function textsOf(ray: RayDeps, { application, cluster }: OnCluster): Promise<string[]> {
  const dashboard = await dashboardFor(ray, cluster);
  const files = Object.values(application.deployments)
    .flatMap(({ replicas }) => replicas)
    .flatMap(({ log_file_path: path, node_id: node }) =>
      path && node ? [{ node, file: path.replace(/^\//, '') }] : [],
    );
  return Promise.all(files.map((file) => readLogFile(ray, dashboard, file).catch(() => '')));
}

/** A plugin can print a record itself; that only affects its own log. */
function linesIn(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(mark);
    const record = at === -1 ? undefined : logLineSchema.safeParse(parseJson(line.slice(at + mark.length)));
    return record?.success && !Number.isNaN(Date.parse(record.data.at)) ? [record.data] : [];
  });
}
