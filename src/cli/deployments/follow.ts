// Following a deployment until it ends or the time is over: each stage as it comes, the log's tail when it failed.
import { z } from 'zod';
import type { components } from '../../client/api.gen.d.ts';
import type { Connection } from '../connection/connect.ts';
import { shownDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import { printable } from '../terminal-text.ts';

export type Deployment = components['schemas']['DeploymentInFull'];

const logTail = 20;
const ended: ReadonlySet<string> = new Set(['promoted', 'stopped', 'failed', 'superseded', 'cancelled', 'live']);
const statusMessage = z.object({ status: z.string() });

export interface Following {
  deploymentId: string;
  timeoutMs: number;
  /** Each new status. */
  onStatus(status: string): void;
}

/** The deployment when it has ended. Its failing, and the time being over, are Failures. */
export async function followDeployment(connection: Connection, following: Following): Promise<Deployment> {
  const { client, namespaceId, signal } = connection;
  const { deploymentId, timeoutMs, onStatus } = following;
  const path = { namespace_id: await namespaceId(), deployment_id: deploymentId };
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const events = client.events('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events', {
      path,
      signal: AbortSignal.any([signal, timeout]),
    });
    for await (const { event, data } of events)
      if (event === 'status') onStatus(statusMessage.parse(JSON.parse(data)).status);
  } catch (error) {
    if (!timeout.aborted || signal.aborted) throw error;
  }
  const deployment = await client.get('/v1/namespaces/{namespace_id}/deployments/{deployment_id}', { path, signal });
  const { status } = deployment;
  if (status === 'promoted' || status === 'stopped') return deployment;
  if (ended.has(status)) throw undeployed(deployment);
  throw new Failure('pending', `still ${status} after ${shownDuration(timeoutMs)}`, {
    title: 'Still under way',
    hint: `\`slipway deployments show ${deploymentId} --watch\` goes on watching.`,
    details: { deployment_id: deploymentId, status },
  });
}

function undeployed({ deployment_id, status, error, steps = [] }: Deployment): Failure {
  const log = steps.flatMap((step) => step.log.map(({ line }) => line)).slice(-logTail);
  const ended = status === 'failed' ? 'failed' : `was ${status}`;
  return new Failure('undeployed', `the deployment ${ended}${error ? `: ${error}` : ''}`, {
    title: 'Deployment failed',
    hint: `What served before still serves. \`slipway deployments show ${deployment_id}\` shows every step.`,
    log,
    details: { deployment_id, status, log },
  });
}

/** One line a stage, with how long it took since the last. */
export function stageTeller(output: Output): (stage: string) => void {
  let last = performance.now();
  return (stage) => {
    const at = performance.now();
    output.stage(`${printable(stage).padEnd(10)} ${shownDuration(at - last)}`);
    if (!ended.has(stage)) output.ongoing(printable(stage));
    last = at;
  };
}
