// Calls Ray Serve through the dashboard: for its application list, which is replaced as a whole, and for file packages and logs.
import { z } from 'zod';
import { clusterLimits } from '../../contract/features/clusters/limits.ts';
import { type JsonObject, jsonObject } from '../../contract/json.ts';
import { type AskDeps, ask, ClusterFault, type Dashboard, sendTo } from './ray-dashboard.ts';

const replicaModel = z.object({ node_id: z.string().nullish(), log_file_path: z.string().nullish() });

const applicationModel = z.object({
  status: z.string(),
  message: z.string().default(''),
  /** Configuration in the list. Null for applications deployed from code, which are not in any list. */
  deployed_app_config: jsonObject.nullish(),
  deployments: z
    .record(z.string(), z.object({ message: z.string().default(''), replicas: z.array(replicaModel).default([]) }))
    .default({}),
});
/** An application as the cluster shows it. */
export type ShownApplication = z.infer<typeof applicationModel>;
export type ShownApplications = Record<string, ShownApplication>;

const applicationsModel = z.object({ applications: z.record(z.string(), applicationModel) });

export async function readApplications(deps: AskDeps, dashboard: Dashboard): Promise<ShownApplications> {
  const answer = await ask(deps, dashboard, { path: listPath, model: applicationsModel });
  return answer.applications;
}

/** Returns whether the application is shown. An application being removed stays visible until its replicas have ended. */
export function isShown(application: ShownApplication | undefined): application is ShownApplication {
  return application !== undefined && application.status !== 'DELETING';
}

/** Replaces the list. `httpOptions` say where Serve listens if it isn't running yet. */
export async function putApplications(
  deps: AskDeps,
  dashboard: Dashboard,
  { applications, httpOptions }: { applications: JsonObject[]; httpOptions: JsonObject | undefined },
): Promise<void> {
  const list = { applications, ...(httpOptions ? { http_options: httpOptions } : {}) };
  await sendTo(deps, dashboard, { path: listPath, method: 'PUT', body: JSON.stringify(list) });
}

/** Returns the URI of a package, which the cluster's head keeps in memory. */
export function packageUri(digest: string): string {
  return `${scheme}_ray_pkg_${digest.slice(0, 40)}.zip`;
}

/** Stores the package unless it's already there. Ray names packages by content. */
export async function putPackage(
  deps: AskDeps,
  dashboard: Dashboard,
  { digest, bytes }: { digest: string; bytes: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const uri = packageUri(digest);
  if (await hasPackage(deps, dashboard, uri)) return;
  await sendTo(deps, dashboard, { path: pathOf(uri), method: 'PUT', body: bytes });
}

/** Returns whether the head has the package. A restart of the head loses all packages. */
export async function hasPackage(deps: AskDeps, dashboard: Dashboard, uri: string): Promise<boolean> {
  try {
    await sendTo(deps, dashboard, { path: pathOf(uri) });
    return true;
  } catch (fault) {
    if (fault instanceof ClusterFault && fault.state === 'not-ray') return false;
    throw fault;
  }
}

/** Returns the newest lines of one of the cluster's logs. */
export async function readLogFile(
  deps: AskDeps,
  dashboard: Dashboard,
  { node, file }: { node: string; file: string },
): Promise<string> {
  const query = new URLSearchParams({ node_id: node, filename: file, lines: String(clusterLimits.logLines) });
  return (await sendTo(deps, dashboard, { path: `/api/v0/logs/file?${query}` })) ?? '';
}

const listPath = '/api/serve/applications/';

const scheme = 'gcs://';

function pathOf(uri: string): string {
  return `/api/packages/gcs/${uri.slice(scheme.length)}`;
}
