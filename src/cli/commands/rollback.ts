// `slipway rollback`: an older version becomes the active one, and takes the traffic by name.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { timeoutOption } from '../duration.ts';

interface Options {
  to?: string;
  message?: string;
  wait: boolean;
  timeout: number;
}

export function addRollback(program: Command, context: CommandContext): void {
  const command = program
    .command('rollback')
    .summary('go back to an earlier version')
    .description('Makes an earlier version active again, at once while its instance is warm. Nothing is built anew.')
    .argument('[plugin]', 'NAME, or NAME@VERSION to go back to; the plugin in this folder by default')
    .option('--to <version>', 'the version to go back to; the one active before by default')
    .option('-m, --message <text>', 'why, for the history')
    .option('--no-wait', 'return at once')
    .addOption(timeoutOption());
  connected<Options>(command, context, async (connection, { to, message, wait, timeout }, said) => {
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { followDeployment, stageTeller } = await import('../deployments/follow.ts');
    const { name, version: named } = await pluginRef(said);
    const version = to ?? (said === undefined ? undefined : named);
    const answer = await connection.client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
      path: { namespace_id: await connection.namespaceId(), slug: name },
      body: { ...(version === undefined ? {} : { version }), ...(message === undefined ? {} : { message }) },
      signal: connection.signal,
    });
    const { deployment_id, previous_version } = answer;
    if (answer.traffic === 'deploying' && deployment_id !== null && wait) {
      const onStatus = stageTeller(context.output);
      await followDeployment(connection, { deploymentId: deployment_id, timeoutMs: timeout, onStatus });
    }
    const from = previous_version === null ? '' : ` (was ${previous_version})`;
    return {
      json: answer,
      text: `✓ ${name} is back at ${answer.active_version}${from}\n  ${answer.message}\n  undone   traffic and the active version; versions, files and data stay\n`,
    };
  });
}
