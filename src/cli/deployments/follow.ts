// Follows a deployment until it ends or times out, and reports each stage. Reports the end of the log if the deployment failed.
import { z } from 'zod';
import type { WithTexts } from '../../client/answer-texts.ts';
import type { components } from '../../client/api.gen.d.ts';
import { ConnectionError } from '../../client/errors.ts';
import { pause } from '../../client/retry.ts';
import { following } from '../../contract/limits/event-streams.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { Connection } from '../connection/connect.ts';
import { Outage } from '../connection/outage.ts';
import { explainInterruption, Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';

export type Deployment = WithTexts<components['schemas']['DeploymentInFull'], 'parameters'>;

const deploymentPath = '/v1/namespaces/{namespace_id}/deployments/{deployment_id}';
const eventsPath = '/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events';
const logTailLines = 20;
const finalStatuses: ReadonlySet<string> = new Set([
  'promoted',
  'stopped',
  'failed',
  'superseded',
  'cancelled',
  'live',
]);
const statusMessage = z.object({ status: z.string(), attempts: z.int().optional(), error: z.string().nullish() });
const logMessage = z.object({ step: z.string(), lines: z.array(z.object({ stream: z.string(), line: z.string() })) });

/** Lines that the host writes to the build step's log when it starts each part. */
const buildStages = new Map([
  ['tools', 'fetching uv'],
  ['resolve', 'resolving packages'],
  ['download', 'downloading packages'],
  ['compile', 'compiling packages'],
  ['archive', 'storing packages'],
]);

/** Lines in which the host reports one package's progress: `numpy 2.4.6: installed, 64.0 MiB in 900 files, package 3 of 12`. */
const packageProgress = /^\S+ \S+: (?:downloading|installed|packed)\b/;

/** uv warns of yanked versions and of extras that a package doesn't have. */
const warningStart = 'warning: ';

/** Receives each stage, what stays on screen only until the next one, and what the author should know. */
type Report = (text: string, as?: 'passing' | 'warning') => void;

export interface FollowOptions {
  deploymentId: string;
  timeoutMs: number;
  /** Called with each new status, each part of the build step, and each package during its installation. */
  onStage: Report;
}

/** Returns the deployment once it ends. Throws a Failure if it fails or times out. */
export async function followDeployment(connection: Connection, options: FollowOptions): Promise<Deployment> {
  const { deploymentId, timeoutMs } = options;
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  let deployment: Deployment;
  try {
    deployment = await waitForEnd(connection, options, timeout);
  } catch (error) {
    throw explainEnd(error, deploymentId);
  }
  const { status } = deployment;
  if (status === 'promoted' || status === 'stopped') return deployment;
  if (finalStatuses.has(status)) throw deploymentFailure(deployment);
  throw new Failure(
    'pending',
    `still ${stageText(deployment)} after ${formatDuration(performance.now() - startedAt)}`,
    {
      title: 'Still in progress',
      hint: watchHint(deploymentId),
      details: { deployment_id: deploymentId, status },
    },
  );
}

/** The server ends a stream after a few minutes. The next stream resumes where it ended. */
async function waitForEnd(
  connection: Connection,
  { deploymentId, onStage }: FollowOptions,
  timeout: AbortSignal,
): Promise<Deployment> {
  const { client, signal } = connection;
  const path = { namespace_id: await connection.namespaceId(), deployment_id: deploymentId };
  const either = AbortSignal.any([signal, timeout]);
  const onEvent = stageReader(onStage);
  const outage = new Outage((text) => onStage(text, 'warning'));
  const onRequestId = outage.end;
  for (let lastEventId: string | undefined; ; ) {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    try {
      for await (const event of client.events(eventsPath, { path, headers, signal: either, onRequestId })) {
        lastEventId = event.id ?? lastEventId;
        onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      if (!timeout.aborted) outage.endure(error);
    }
    const deployment = await client.exact('get', deploymentPath, 'parameters', { path, onRequestId }).catch((error) => {
      if (timeout.aborted) throw error;
      outage.endure(error);
    });
    if (deployment && (finalStatuses.has(deployment.status) || timeout.aborted)) return deployment;
    await pause(following.reconnectMs, either).catch((error) => {
      if (signal.aborted) throw error;
    });
  }
}

function stageReader(onStage: Report): (event: { event: string; data: string }) => void {
  let reached = '';
  return ({ event, data }) => {
    if (event === 'status') {
      const message = statusMessage.parse(JSON.parse(data));
      reached = message.status;
      onStage(finalStatuses.has(reached) ? reached : stageText(message));
    } else if (event === 'log' && reached === 'building') {
      reportBuild(data, onStage);
    }
  };
}

function explainEnd(error: unknown, deploymentId: string): unknown {
  const hint = watchHint(deploymentId);
  if (!(error instanceof ConnectionError)) return explainInterruption(error, 'the deployment continues', hint);
  return new Failure('unreachable', `${error.message}: the deployment continues`, { title: 'Connection lost', hint });
}

/** Names the attempt and, if an earlier one failed, the reason. */
function stageText({ status, attempts, error }: z.infer<typeof statusMessage>): string {
  return error ? `${status} (attempt ${attempts}; the last one failed: ${error})` : status;
}

function reportBuild(data: string, onStage: Report): void {
  const { lines, step } = logMessage.parse(JSON.parse(data));
  for (const { line, stream } of step === 'build' ? lines : []) {
    const stage = stream === 'host' ? buildStages.get(line) : undefined;
    if (stage !== undefined) onStage(stage);
    else if (line.startsWith(warningStart)) onStage(line.slice(warningStart.length), 'warning');
    else if (stream === 'host' && packageProgress.test(line)) onStage(line, 'passing');
  }
}

function watchHint(deploymentId: string): string {
  return `Keep watching with \`slipway deployments show ${deploymentId} --watch\`.`;
}

function deploymentFailure({ deployment_id, status, error, steps = [] }: Deployment): Failure {
  const log = steps.flatMap((step) => step.log.map(({ line }) => line)).slice(-logTailLines);
  const ended = status === 'failed' ? 'failed' : `was ${status}`;
  return new Failure('undeployed', `the deployment ${ended}${error ? `: ${error}` : ''}`, {
    title: 'Deployment failed',
    hint: `Traffic is not affected. \`slipway deployments show ${deployment_id}\` shows every step, \`slipway logs --deployment ${deployment_id}\` what the plugin printed.`,
    log,
    details: { deployment_id, status, log },
  });
}

/**
 * Returns a function that prints one line per stage with the time since the previous one. On a terminal, it also shows passing stages.
 */
export function stageReporter(output: Output): Report {
  let last = performance.now();
  return (stage, as) => {
    if (as === 'passing') return output.progress(printable(stage));
    if (as === 'warning') return output.warning(printable(stage));
    const at = performance.now();
    output.stage(`${printable(stage).padEnd(10)} ${formatDuration(at - last)}`);
    if (!finalStatuses.has(stage)) output.progress(printable(stage));
    last = at;
  };
}
