// Starts runs with rows in the request, or with a file that the browser uploads to the store.
import type { WithTexts } from '../../../../client/answer-texts.ts';
import type { Options } from '../../../../client/operations.ts';
import { putArchive } from '../../../../client/put-archive.ts';
import { formatPluginId } from '../../../../core/plugin-id.ts';
import { api, type Schemas } from '../../../data/api.ts';

const route = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs';

export type RunRequest = Options<typeof route, 'post'>['body'];
type CreatedRun = WithTexts<Schemas['CreatedRun'], 'parameters'>;

interface Runnable {
  namespace: string;
  name: string;
  version: string;
}

/** Returns the request's path, which its command also shows. */
export function runsPath({ name, namespace, version }: Runnable): string {
  return `/v1/namespaces/${namespace}/plugins/${formatPluginId(name, version)}/runs`;
}

export function createRun({ name, namespace, version }: Runnable, body: RunRequest): Promise<CreatedRun> {
  return api.exact('post', route, 'parameters', {
    path: { namespace_id: namespace, plugin_id: formatPluginId(name, version) },
    body,
  });
}

/** Returns versions with a deployment, for calls or only for batches. */
export function runnableVersions(deployments: readonly Schemas['DeploymentEntry'][]): string[] {
  return [...new Set(deployments.filter(({ status }) => status === 'promoted').map(({ version }) => version))];
}

/** Uploads a run's input and starts it. Cancels the run if the upload fails; otherwise it would wait for a day. */
export async function sendInput(
  namespace_id: string,
  { presigned_url, run_id }: Pick<CreatedRun, 'presigned_url' | 'run_id'>,
  file: File,
  onProgress: (sentBytes: number) => void,
): Promise<void> {
  const path = { namespace_id, run_id };
  try {
    await putArchive(presigned_url ?? '', file, { onProgress });
    await api.post('/v1/namespaces/{namespace_id}/runs/{run_id}/start', { path });
  } catch (error) {
    await api.post('/v1/namespaces/{namespace_id}/runs/{run_id}/cancel', { path }).catch(() => undefined);
    throw error;
  }
}
