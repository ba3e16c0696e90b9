// Going back: what that changes is shown first, and asked for where somebody can answer; then exactly that is done.

import type { Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { followDeployment, stageTeller } from '../deployments/follow.ts';
import { shownDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import { ask, canAsk } from '../prompt.ts';
import { type Change, tellChange } from './change-plan.ts';

export interface RollingBack {
  /** A version, or how far back: -1 is the one published before the active one. */
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
  { dryRun, json, message, timeout, to, wait, yes }: RollingBack,
  output: Output,
): Promise<Told> {
  const change = await changeOf(connection, name, to);
  const { from, to: version } = change;
  output.aside(`${name} ${from} → ${version}: traffic and the active version; versions, files and data stay`);
  await tellChange(connection, change, output);
  if (dryRun) return { json: { ...change, dry_run: true }, text: `✓ ${name} would go back to ${version}\n` };
  if (!yes && !json && canAsk()) await agreed(`Roll ${name} back to ${version}? [y/N] `, connection.signal);
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
      onStatus: stageTeller(output),
    });
  const took = shownDuration(performance.now() - startedAt);
  const url = `${settings.baseUrl.value}/v1/namespaces/${namespace_id}/plugins/by-name/${name}/realtime`;
  const called = traffic === 'none' ? `  ${answer.message}\n` : `  call     ${url}\n`;
  return { json: answer, text: `✓ ${name} is back at ${active_version} (was ${from}) after ${took}\n${called}` };
}

async function changeOf(
  { client, namespaceId, signal }: Connection,
  name: string,
  to: string | undefined,
): Promise<Change & { from: string }> {
  const { active_version, previous_version, versions } = await client.get(
    '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions',
    { path: { namespace_id: await namespaceId(), slug: name }, signal },
  );
  const numbers = versions.map(({ version }) => version);
  const isBack = to !== undefined && /^-\d{1,3}$/.test(to);
  const older = numbers.slice(numbers.indexOf(active_version) + 1);
  const version = isBack ? older[-Number(to) - 1] : (to ?? previous_version);
  if (version) return { name, from: active_version, to: version };
  throw new Failure('failed', `${name} has no version to go back to`, {
    hint: `${active_version} is the active one; there are ${numbers.join(', ')}.`,
  });
}

async function agreed(question: string, signal: AbortSignal): Promise<void> {
  const answer = await ask(question, signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('failed', 'nothing was changed', { title: 'Not wanted' });
}
