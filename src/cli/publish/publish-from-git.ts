// Publishes a folder of a Git repository: the server fetches, scans, publishes and deploys it. Idempotent, like publishing a local
// folder.
import type { components } from '../../client/api.gen.d.ts';
import { ApiError } from '../../client/errors.ts';
import { formatDuration } from '../../core/quantities.ts';
import { releaseFields } from '../arguments/release-plan.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { callUrl } from '../deployments/deploy-version.ts';
import { followDeployment, stageReporter } from '../deployments/follow.ts';
import { askWhoAnswers, formatReached } from '../deployments/release.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { stageTimer } from '../terminal/progress.ts';
import { printable } from '../terminal/terminal-text.ts';
import { serverRejection } from './publish-folder.ts';
import { stagedText } from './published-content.ts';

type Published = components['schemas']['PublishedFromGit'];

export interface GitPublishOptions {
  repository: string;
  ref: string;
  path?: string;
  org?: true;
  message?: string;
  /** Has the version wait for approval even if nothing demands it. */
  stage?: true;
  /** How the name gets to the version, as the user wrote it. */
  release?: string;
  deploy: boolean;
  wait: boolean;
  timeout: number;
}

const serverWaitMaxSeconds = 90;

export async function publishFromGit(
  connection: Connection,
  options: GitPublishOptions,
  output: Output,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const stage = stageTimer(output);
  output.progress('fetching and scanning');
  const published = await requestPublication(connection, options).catch(async (error: unknown) => {
    throw await explain(error, output);
  });
  const { already_published, commit, deployment, deployment_error, name, ref, validation_status, version } = published;
  if (validation_status === 'pending') throw stillPending(published, options);
  stage('accepted', 'by the server');
  if (published.stage === 'staged') return { json: published, text: stagedText({ name, version }) };
  const from = `${printable(ref)} (${commit?.slice(0, 12)})`;
  const done = already_published
    ? `✓ ${name} ${version} is already published with the content of ${from}\n`
    : `✓ published ${name} ${version} from ${from}\n`;
  if (deployment_error)
    throw new Failure('failed', `${name} ${version} was published, but not deployed: ${deployment_error.message}`, {
      hint: `Then deploy it with \`slipway deploy ${name}\`.`,
      details: { deployment_error },
    });
  if (!deployment || !options.wait) return { json: published, text: done };
  const ended = await followDeployment(connection, {
    deploymentId: deployment.deployment_id,
    timeoutMs: options.timeout,
    onStage: stageReporter(output),
  });
  const url = callUrl(connection.settings, ended.namespace_id, name);
  const took = formatDuration(performance.now() - startedAt);
  const answering = await askWhoAnswers(connection, { name, version });
  const { release } = answering;
  return {
    json: { ...published, deployment: ended, ...(release ? { release } : {}) },
    text: `${done}${formatReached({ name, version, answering, took, url })}`,
  };
}

async function requestPublication(connection: Connection, options: GitPublishOptions): Promise<Published> {
  const { client, namespaceId, signal } = connection;
  const { deploy, message, org, path, ref, release, repository, stage, timeout } = options;
  const request = {
    body: {
      repository,
      ref,
      ...(path === undefined ? {} : { path: path.replace(/\/+$/, '') }),
      message,
      deploy: deploy && !org,
      stage,
      ...releaseFields(release),
    },
    headers: { prefer: `wait=${Math.min(serverWaitMaxSeconds, Math.ceil(timeout / 1000))}` },
    signal,
  };
  return org
    ? client.post('/v1/plugins/from-git', request)
    : client.post('/v1/namespaces/{namespace_id}/plugins/from-git', {
        ...request,
        path: { namespace_id: await namespaceId() },
      });
}

async function explain(error: unknown, output: Output): Promise<unknown> {
  return error instanceof ApiError && error.status === 400 ? serverRejection(error, output) : error;
}

function stillPending({ upload_id }: Published, { timeout }: GitPublishOptions): Failure {
  return new Failure('pending', `upload ${upload_id} is still in progress after ${formatDuration(timeout)}`, {
    title: 'Still in progress',
    hint: 'The server continues. Publish again to get the result.',
    details: { upload_id },
  });
}
