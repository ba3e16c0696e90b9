// Rolls a plugin back: shows the change, asks for confirmation, then makes exactly that change.
import { bestRollbackTarget } from '../../client/rollback-target.ts';
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { callUrl } from '../deployments/deploy-version.ts';
import { followDeployment, stageReporter } from '../deployments/follow.ts';
import { activeRelease } from '../deployments/release.ts';
import { Failure } from '../failures/failure.ts';
import { requireConfirmation } from '../terminal/confirmation.ts';
import { formatDuration } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { type Change, changedFiles } from './change-plan.ts';

export interface RollbackOptions {
  /**
   * A version, or a relative number: -1 is the previously live version, -2 the one before it. Undefined selects the last healthy
   * version.
   */
  to: string | undefined;
  message?: string;
  dryRun?: true;
  yes?: true;
  wait: boolean;
  timeout: number;
}

export async function rollBack(
  connection: Connection,
  name: string,
  { dryRun, message, timeout, to, wait, yes }: RollbackOptions,
  output: Output,
): Promise<CommandResult> {
  const change = await planRollback(connection, name, to);
  const { from, to: version } = change;
  const changed = await changedFiles(connection, change);
  output.info(`${name} ${from} → ${version}: moves calls to the name; versions, files and data stay`);
  for (const line of changed) output.info(`  ${line}`);
  if (dryRun) return { json: { ...change, dry_run: true }, text: `✓ ${name} would be rolled back to ${version}\n` };
  await requireConfirmation(`Roll ${name} back from ${from} to ${version}`, yes, connection.signal);
  const startedAt = performance.now();
  const { client, namespaceId, settings, signal } = connection;
  const namespace_id = await namespaceId();
  const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
    path: { namespace_id, slug: name },
    body: { version, ...(message === undefined ? {} : { message }) },
    signal,
  });
  const { active_version, deployment_id, traffic } = answer;
  const isDeploying = traffic === 'deploying' && deployment_id !== null && wait;
  if (isDeploying) {
    const onStage = stageReporter(output);
    await followDeployment(connection, { deploymentId: deployment_id, timeoutMs: timeout, onStage });
  }
  const reached = {
    traffic: 'serving',
    message: `${name}@${active_version} is already the live version`,
  };
  const took = formatDuration(performance.now() - startedAt);
  const url = callUrl(settings, namespace_id, name);
  const called = traffic === 'none' ? `  ${answer.message}\n` : `  call     ${url}\n`;
  const json = isDeploying ? { ...answer, ...reached } : answer;
  return { json, text: `✓ rolled ${name} back from ${from} to ${active_version} in ${took}\n${called}` };
}

async function planRollback(
  connection: Connection,
  name: string,
  to: string | undefined,
): Promise<Change & { from: string }> {
  const { client, namespaceId, signal } = connection;
  const path = { namespace_id: await namespaceId(), slug: name };
  const byName = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}';
  const history = await client.get(`${byName}/versions`, { path, signal });
  const from = history.serving_version ?? history.active_version;
  const release = to === undefined ? await activeRelease(connection, name) : undefined;
  if (release) return { name, from: release.to.version, to: from };
  const targets = history.rollback_targets;
  const steps = to === undefined ? undefined : stepsBack(to);
  const served = steps === undefined ? undefined : targets[steps - 1];
  const best = async () => {
    const { by_version } = await client.get(`${byName}/traffic`, { path, signal });
    return bestRollbackTarget(history, by_version);
  };
  const version = to === undefined ? await best() : steps === undefined ? to : served;
  if (version) return { name, from, to: version };
  const others = history.results.map((item) => item.version).filter((number) => number !== from);
  throw new Failure('failed', noTarget(name, to, targets.length), {
    hint: rollbackHint(name, { from, targets, others }),
  });
}

/** Returns the error message for a rollback past the oldest promotion. */
export function noTarget(name: string, to: string | undefined, count: number): string {
  return count === 0 ? `${name} has no version to roll back to` : `${name} has no version ${to}`;
}

/** Returns how many promotions to go back: 1 for -1. Undefined for a version number or a ref. */
export function stepsBack(to: string): number | undefined {
  return /^-[1-9]\d{0,2}$/.test(to) ? -Number(to) : undefined;
}

function rollbackHint(
  name: string,
  { from, targets, others }: { from: string; targets: string[]; others: string[] },
): string {
  if (targets.length > 0) return `Live before ${from}, newest first: ${targets.join(', ')}.`;
  if (others.length === 0) return `${from} is its only version. Publish another one with \`slipway publish\`.`;
  return `No other version has been live. Choose one with \`slipway rollback ${name} --to VERSION\`: ${others.join(', ')}.`;
}
