// Rolls a Go plugin back to a previously installed version. The server starts its stored executable.

import type { components } from '../../client/api.gen.d.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';
import { noTarget, type RollbackOptions, stepsBack } from '../plugins/roll-back.ts';
import { requireConfirmation } from '../terminal/confirmation.ts';
import { formatDuration } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';
import { showCommand, waitUntilBuilt } from './install.ts';
import { toInstallFailure } from './install-failure.ts';
import type { GoPlugin } from './installed.ts';

type Installed = components['schemas']['GoPluginVersions'];
type Version = Installed['rollback_targets'][number];

const serverWaitMaxSeconds = 90;

export async function rollBackGoPlugin(
  connection: Connection,
  { kind, name }: { kind: GoKind; name: string },
  { dryRun, message, timeout, to, wait, yes }: RollbackOptions,
  output: Output,
): Promise<CommandResult> {
  const { client, signal } = connection;
  const path = { name };
  const { from, target } = planRollback(await client.get(`${goSurfaces[kind]}/{name}/versions`, { path, signal }), to);
  output.info(
    `${name} ${describe(from)} → ${describe(target)}: starts the stored executable without fetching from Git`,
  );
  if (dryRun)
    return {
      json: { name, from: refOf(from), to: refOf(target), dry_run: true },
      text: `✓ ${name} would be rolled back to ${describe(target)}\n`,
    };
  await requireConfirmation(`Roll ${name} back from ${describe(from)} to ${describe(target)}`, yes, signal);
  const startedAt = performance.now();
  const seconds = wait ? Math.min(serverWaitMaxSeconds, Math.ceil(timeout / 1000)) : 0;
  const started: GoPlugin = await client
    .post(`${goSurfaces[kind]}/{name}/rollback`, {
      path,
      body: { commit: target.git_commit_hash, ...(message === undefined ? {} : { message }) },
      headers: { prefer: `wait=${seconds}` },
      signal,
    })
    .catch(async (error) => Promise.reject(await toInstallFailure(error, output)));
  if (!wait && started.status === 'building')
    return {
      json: started,
      text: `✓ ${name} is being rolled back to ${describe(started)}\n  next     ${showCommand(name, kind)}\n`,
    };
  const plugin = await waitUntilBuilt(connection, started, {
    read: () => client.get(`${goSurfaces[kind]}/{name}`, { path, signal }),
    report: () => {},
    until: startedAt + timeout,
    request: { kind, timeout },
  });
  const took = formatDuration(performance.now() - startedAt);
  return { json: plugin, text: `✓ rolled ${name} back from ${describe(from)} to ${describe(plugin)} in ${took}\n` };
}

/** `to` is a ref, a commit prefix, or a relative number: -1 is the previously live version. */
function planRollback(installed: Installed, to: string | undefined): { from: Version; target: Version } {
  const { name, rollback_targets: targets, results: versions } = installed;
  const from = versions.find((version) => version.serves_name) ?? versions.find((version) => version.active);
  const steps = to === undefined ? 1 : stepsBack(to);
  const target = steps === undefined ? findVersion(versions, from, to ?? '') : targets[steps - 1];
  if (from && target) return { from, target };
  const others = versions.filter((version) => version !== from).map(describe);
  throw new Failure(
    'failed',
    steps === undefined ? `${name} has no installed version ${to}` : noTarget(name, to, targets.length),
    {
      hint:
        others.length === 0
          ? 'Only one version is installed. `slipway install` installs another.'
          : `Choose one with --to REF or --to COMMIT: ${others.join(', ')}.`,
    },
  );
}

/** Several versions may have the same ref, such as a branch; picks the newest that isn't live. */
function findVersion(versions: Version[], from: Version | undefined, to: string): Version | undefined {
  const found = versions.filter(({ git_commit_hash, git_ref }) => git_ref === to || git_commit_hash.startsWith(to));
  return found.find((version) => version !== from) ?? found[0];
}

function refOf({ git_commit_hash, git_ref }: Version): Version {
  return { git_ref, git_commit_hash };
}

function describe({ git_commit_hash, git_ref }: Version): string {
  return `${printable(git_ref)} (${git_commit_hash.slice(0, 12)})`;
}
