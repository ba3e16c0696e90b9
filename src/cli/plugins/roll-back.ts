// Rolls a plugin back: shows the change, asks for confirmation on a terminal, then makes exactly that change.

import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { followDeployment, stageReporter } from '../deployments/follow.ts';
import { formatDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import { isInteractive, prompt } from '../prompt.ts';
import { type Change, printChange } from './change-plan.ts';

export interface RollbackOptions {
  /** A version, or a relative number: -1 is the version published before the active one. */
  to: string | undefined;
  message?: string;
  dryRun?: true;
  yes?: true;
  json?: true;
  wait: boolean;
  timeout: number;
}

export async function rollBack(
  connection: Connection,
  name: string,
  { dryRun, json, message, timeout, to, wait, yes }: RollbackOptions,
  output: Output,
): Promise<CommandResult> {
  const change = await planRollback(connection, name, to);
  const { from, to: version } = change;
  output.info(
    `${name} ${from} → ${version}: changes the active version and its traffic; versions, files and data stay`,
  );
  await printChange(connection, change, output);
  if (dryRun) return { json: { ...change, dry_run: true }, text: `✓ ${name} would be rolled back to ${version}\n` };
  if (!yes && !json && isInteractive()) await confirm(`Roll ${name} back to ${version}? [y/N] `, connection.signal);
  const startedAt = performance.now();
  const { client, namespaceId, settings, signal } = connection;
  const namespace_id = await namespaceId();
  const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
    path: { namespace_id, slug: name },
    body: { version, ...(message === undefined ? {} : { message }) },
    signal,
  });
  const { active_version, deployment_id, traffic } = answer;
  if (traffic === 'deploying' && deployment_id !== null && wait)
    await followDeployment(connection, {
      deploymentId: deployment_id,
      timeoutMs: timeout,
      onStatus: stageReporter(output),
    });
  const took = formatDuration(performance.now() - startedAt);
  const url = `${settings.baseUrl.value}/v1/namespaces/${namespace_id}/plugins/by-name/${name}/realtime`;
  const called = traffic === 'none' ? `  ${answer.message}\n` : `  call     ${url}\n`;
  return { json: answer, text: `✓ rolled ${name} back from ${from} to ${active_version} in ${took}\n${called}` };
}

async function planRollback(
  { client, namespaceId, signal }: Connection,
  name: string,
  to: string | undefined,
): Promise<Change & { from: string }> {
  const { active_version, previous_version, versions } = await client.get(
    '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions',
    { path: { namespace_id: await namespaceId(), slug: name }, signal },
  );
  const numbers = versions.map(({ version }) => version);
  const isRelative = to !== undefined && /^-\d{1,3}$/.test(to);
  const older = numbers.slice(numbers.indexOf(active_version) + 1);
  const version = isRelative ? older[-Number(to) - 1] : (to ?? previous_version);
  if (version) return { name, from: active_version, to: version };
  throw new Failure('failed', `${name} has no version to roll back to`, {
    hint: `The active version is ${active_version}. Choose one of ${numbers.join(', ')}.`,
  });
}

async function confirm(question: string, signal: AbortSignal): Promise<void> {
  const answer = await prompt(question, signal);
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure('failed', 'cancelled; nothing was changed', { title: 'Cancelled' });
}
