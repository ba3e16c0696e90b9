// Deploys a version and waits until it is live, for `deploy`, `publish` and `dev`.
import { formatDuration } from '../../core/quantities.ts';
import { releaseFields } from '../arguments/release-plan.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import type { Settings } from '../connection/settings.ts';
import type { VersionRef } from '../plugins/plugin-ref.ts';
import { withdrawalWarnings } from '../plugins/withdrawal-text.ts';
import type { Output } from '../terminal/output.ts';
import { followDeployment, stageReporter } from './follow.ts';
import { type Answering, askWhoAnswers, formatReached, whoAnswersText } from './release.ts';

export interface DeployOptions {
  batchOnly?: true;
  /** How the name gets to the version, as the user wrote it. */
  release?: string;
  wait: boolean;
  timeout: number;
}

export interface DeployResult extends CommandResult {
  /** The version that answers calls to the name after the deployment. */
  answering?: Answering;
}

export async function deployVersion(
  connection: Connection,
  { name, version, pluginId }: VersionRef,
  { batchOnly, release: plan, wait, timeout }: DeployOptions,
  output: Output,
): Promise<DeployResult> {
  const startedAt = performance.now();
  const { client, namespaceId, settings } = connection;
  const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
    path: { namespace_id: await namespaceId(), plugin_id: pluginId },
    query: batchOnly ? { deployment_type: 'batch_only' } : {},
    ...(plan === undefined ? {} : { body: releaseFields(plan) }),
  });
  const { deployment_id } = answer;
  for (const warning of withdrawalWarnings(`${name} ${version}`, answer)) output.info(warning);
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
  const answering = await askWhoAnswers(connection, { name, version });
  const { release } = answering;
  const text = formatReached({ name, version, answering, took, url });
  const reached = {
    status: 'deployed',
    deployed: true,
    message: whoAnswersText({ name, version, answering }),
  };
  return { json: { ...rest, ...reached, deployment, ...(release ? { release } : {}) }, text, answering };
}

/** Returns the URL at which callers reach the live version. */
export function callUrl({ baseUrl }: Pick<Settings, 'baseUrl'>, namespaceId: string, name: string): string {
  return `${baseUrl.value}/v1/namespaces/${namespaceId}/plugins/by-name/${name}/realtime`;
}
