// Rolls a plugin back: shows the change, asks for confirmation, then makes exactly that change.
import { goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { skippedText } from '../../contract/skipped-versions.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { CommandResult } from '../command/context.ts';
import { callUrl } from '../deployments/deploy-version.ts';
import { followDeployment, stageReporter } from '../deployments/follow.ts';
import { activeRelease } from '../deployments/release.ts';
import type { FoundPlugin } from '../plugins/plugin-ref.ts';
import { findVersion, nameIn, readHistory, versionName } from '../plugins/plugin-ref.ts';
import { requireConfirmation } from '../terminal/confirmation.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { changedFiles } from './change-plan.ts';

export interface RollbackOptions {
  /**
   * A version, or a relative number: -1 is the newest earlier version that served well, -2 the one before it. Undefined means -1, or
   * during a release the version that it goes back to.
   */
  to: string | undefined;
  message?: string;
  dryRun?: true;
  yes?: true;
  wait: boolean;
  timeout: number;
}

export async function rollBack(
  plugin: FoundPlugin,
  { dryRun, message, timeout, to, wait, yes }: RollbackOptions,
  output: Output,
): Promise<CommandResult> {
  const { connection, kind, name } = plugin;
  const { from, fromName, skipped, target, targetName } = await planRollback(plugin, to);
  const changed = await changedFiles(plugin, from, target);
  output.info(`${name} ${fromName} → ${targetName}: moves calls to the name; versions, files and data stay`);
  for (const line of changed) output.info(`  ${line}`);
  if (skipped !== '') output.info(`  skipped: ${skipped}`);
  if (dryRun)
    return {
      json: { name, from, to: target, dry_run: true },
      text: `✓ ${name} would be rolled back to ${targetName}\n`,
    };
  await requireConfirmation(`Roll ${name} back from ${fromName} to ${targetName}`, yes, connection.signal);
  const startedAt = performance.now();
  const { client, namespaceId, settings } = connection;
  const namespace_id = await namespaceId();
  const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
    path: { namespace_id, slug: name },
    body: { ...kind, version: target, message },
  });
  const { active_version, deployment_id, traffic } = answer;
  const isDeploying = traffic === 'deploying' && deployment_id !== null && wait;
  if (isDeploying) {
    const onStage = stageReporter(output);
    await followDeployment(connection, { deploymentId: deployment_id, timeoutMs: timeout, onStage });
  }
  const reachedName = active_version === target ? targetName : active_version;
  const reached = { traffic: 'serving', message: `${name}@${reachedName} is already the live version` };
  const took = formatDuration(performance.now() - startedAt);
  const url = kind.kind
    ? `${settings.baseUrl.value}${goSurfaces[kind.kind]}/${name}/call`
    : callUrl(settings, namespace_id, name);
  const called = traffic === 'none' ? `  ${answer.message}\n` : `  call     ${url}\n`;
  const json = isDeploying ? { ...answer, ...reached } : answer;
  return { json, text: `✓ rolled ${name} back from ${fromName} to ${reachedName} in ${took}\n${called}` };
}

interface Plan {
  from: string;
  fromName: string;
  target: string;
  targetName: string;
  /** Other earlier versions, and why the rollback doesn't go there. Empty if there are none, or the version was named. */
  skipped: string;
}

async function planRollback(plugin: FoundPlugin, to: string | undefined): Promise<Plan> {
  const { connection, kind, name } = plugin;
  const history = await readHistory(plugin);
  const { results: versions, rollback_skipped: skipped, rollback_targets: targets } = history;
  const nameOf = (version: string) => nameIn(versions, version);
  const from = history.serving_version ?? history.active_version;
  const planned = (left: string, target: string) => ({
    from: left,
    fromName: nameOf(left),
    target,
    targetName: nameOf(target),
  });
  const steps = to === undefined ? undefined : stepsBack(to);
  const release = to === undefined ? await activeRelease(connection, name, kind) : undefined;
  if (release) return { ...planned(release.to.version, from), skipped: '' };
  const isNamed = steps === undefined && to !== undefined;
  const chosen = isNamed ? (findVersion(versions, to)?.version ?? (kind.kind ? undefined : to)) : undefined;
  const version = to === undefined ? targets[0] : steps === undefined ? chosen : targets[steps - 1];
  if (version) return { ...planned(from, version), skipped: isNamed ? '' : skippedText(skipped, nameOf) };
  const others = versions.filter((one) => one.version !== from).map(versionName);
  throw new Failure('failed', noTarget(name, to, { targets, skipped }), {
    hint: rollbackHint(name, {
      from: nameOf(from),
      targets: targets.map(nameOf),
      skipped: skippedText(skipped, nameOf),
      others,
    }),
  });
}

/** Returns the error message for a rollback past the oldest good version. */
function noTarget(
  name: string,
  to: string | undefined,
  { skipped, targets }: { skipped: readonly object[]; targets: readonly string[] },
): string {
  if (targets.length > 0) return `${name} has no version ${to}`;
  return skipped.length > 0 ? `no earlier version of ${name} served well` : `${name} has no version to roll back to`;
}

/** Returns how many promotions to go back: 1 for -1. Undefined for a version number or a ref. */
function stepsBack(to: string): number | undefined {
  return /^-[1-9]\d{0,2}$/.test(to) ? -Number(to) : undefined;
}

function rollbackHint(
  name: string,
  { from, targets, skipped, others }: { from: string; targets: string[]; skipped: string; others: string[] },
): string {
  if (targets.length > 0) return `Live before ${from}, newest first: ${targets.join(', ')}.`;
  if (skipped !== '')
    return `Skipped: ${skipped}. Choose one of them anyway with \`slipway rollback ${name} --to VERSION\`.`;
  if (others.length === 0) return `${from} is its only version. Publish another one with \`slipway publish\`.`;
  return `No version was live before ${from}. Choose another one with \`slipway rollback ${name} --to VERSION\`: ${others.join(', ')}.`;
}
