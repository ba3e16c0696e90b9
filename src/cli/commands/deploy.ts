// `slipway deploy` and `undeploy`: what serves, and what doesn't any more.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { timeoutOption } from '../duration.ts';

interface DeployOptions {
  batchOnly?: true;
  dryRun?: true;
  wait: boolean;
  timeout: number;
}

export function addDeploy(program: Command, context: CommandContext): void {
  const command = program
    .command('deploy')
    .summary('make a version serve')
    .description('Deploys a version and waits until it serves. Without VERSION the active one is meant.')
    .argument('[plugin]', 'NAME or NAME@VERSION; the plugin in this folder by default')
    .option('--batch-only', 'for batches, without an endpoint')
    .option('--dry-run', 'show what would change, change nothing')
    .option('--no-wait', 'return at once')
    .addOption(timeoutOption());
  connected<DeployOptions>(command, context, async (connection, options, said) => {
    const { deployVersion } = await import('../deployments/deploy-version.ts');
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { versionOf } = await import('../plugins/active-version.ts');
    const version = await versionOf(connection, await pluginRef(said));
    if (options.dryRun) {
      const { planDeployment } = await import('../plugins/change-plan.ts');
      return planDeployment(connection, version, context.output);
    }
    return deployVersion(connection, version, options, context.output);
  });
}

export function addUndeploy(program: Command, context: CommandContext): void {
  const command = program
    .command('undeploy')
    .summary('take a version out of service')
    .description('Takes a version out of service; the version itself stays.')
    .argument('[plugin]', 'NAME or NAME@VERSION; the plugin in this folder by default');
  connected(command, context, async (connection, _, said) => {
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { versionOf } = await import('../plugins/active-version.ts');
    const { pluginId } = await versionOf(connection, await pluginRef(said));
    const answer = await connection.client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', {
      path: { namespace_id: await connection.namespaceId(), plugin_id: pluginId },
      signal: connection.signal,
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}
