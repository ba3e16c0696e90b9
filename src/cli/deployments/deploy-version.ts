// Deploys a version and waits until it is live, for `deploy`, `publish` and `dev`.
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import type { Settings } from '../connection/settings.ts';
import type { VersionRef } from '../plugins/plugin-ref.ts';
import { formatDuration } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { followDeployment, stageReporter } from './follow.ts';

export interface DeployOptions {
  batchOnly?: true;
  wait: boolean;
  timeout: number;
}

export async function deployVersion(
  connection: Connection,
  { name, version, pluginId }: VersionRef,
  { batchOnly, wait, timeout }: DeployOptions,
  output: Output,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const { client, namespaceId, settings, signal } = connection;
  const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
    path: { namespace_id: await namespaceId(), plugin_id: pluginId },
    query: batchOnly ? { deployment_type: 'batch_only' } : {},
    signal,
  });
  const { deployment_id } = answer;
  if (answer.status === 'deployed') return { json: answer, text: `✓ ${name} ${version}: ${answer.message}\n` };
  if (!wait) {
    const next = `  next     slipway deployments show ${deployment_id} --watch\n`;
    return { json: answer, text: `✓ ${name} ${version} is queued\n${next}` };
  }
  const onStage = stageReporter(output);
  const deployment = await followDeployment(connection, { deploymentId: deployment_id, timeoutMs: timeout, onStage });
  const took = formatDuration(performance.now() - startedAt);
  const url = callUrl(settings, answer.namespace_id, name);
  // Leaves out fields that only apply to a queued deployment.
  const { estimated_completion_seconds, queue_position, ...rest } = answer;
  const reached = { status: 'deployed', deployed: true, message: `${name} ${version} is live` };
  return {
    json: { ...rest, ...reached, deployment },
    text: `✓ ${name} ${version} is live (${took})\n  call     ${url}\n`,
  };
}

/** Returns the URL at which callers reach the live version. */
export function callUrl({ baseUrl }: Pick<Settings, 'baseUrl'>, namespaceId: string, name: string): string {
  return `${baseUrl.value}/v1/namespaces/${namespaceId}/plugins/by-name/${name}/realtime`;
}
