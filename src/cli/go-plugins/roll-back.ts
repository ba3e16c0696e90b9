// Rolls a Go plugin back to a version that was installed before. The server starts its stored executable.
import type { CommandResult } from '../command.ts';
import { requireConfirmation } from '../confirmation.ts';
import type { Connection } from '../connection/connect.ts';
import { formatDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import type { RollbackOptions } from '../plugins/roll-back.ts';
import { printable } from '../terminal-text.ts';
import { toInstallFailure } from './install-failure.ts';
import type { GoPlugin } from './installed.ts';
import { type GoKind, surfaces } from './kinds.ts';

const serverWaitMaxSeconds = 90;

export async function rollBackGoPlugin(
  connection: Connection,
  { kind, name }: { kind: GoKind; name: string },
  { dryRun, message, timeout, to, wait, yes }: RollbackOptions,
  output: Output,
): Promise<CommandResult> {
  if (dryRun || (to?.startsWith('-') && to !== '-1'))
    throw new Failure('usage', 'a Go plugin is rolled back to a ref or commit', {
      hint: 'Leave out --dry-run. Use --to REF or --to COMMIT, or leave out --to for the version that served before.',
    });
  const { client, signal } = connection;
  const path = { name };
  const before: GoPlugin = await client.get(`${surfaces[kind]}/{name}`, { path, signal });
  const target = to === undefined || to === '-1' ? undefined : to;
  await requireConfirmation(
    `Roll ${name} back from ${describe(before)} to ${target ?? 'the version before'}`,
    yes,
    signal,
  );
  const startedAt = performance.now();
  const seconds = wait ? Math.min(serverWaitMaxSeconds, Math.ceil(timeout / 1000)) : 0;
  const plugin: GoPlugin = await client
    .post(`${surfaces[kind]}/{name}/rollback`, {
      path,
      body: { ...(target === undefined ? {} : { ref: target }), ...(message === undefined ? {} : { message }) },
      headers: { prefer: `wait=${seconds}` },
      signal,
    })
    .catch(async (error) => Promise.reject(await toInstallFailure(error, output)));
  const took = formatDuration(performance.now() - startedAt);
  return { json: plugin, text: `✓ rolled ${name} back from ${describe(before)} to ${describe(plugin)} in ${took}\n` };
}

function describe({ git_commit_hash, git_ref }: GoPlugin): string {
  return `${printable(git_ref)} (${git_commit_hash.slice(0, 12)})`;
}
