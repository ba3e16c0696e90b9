// Defines `slipway deploy` and `slipway undeploy`.
import type { Command } from 'commander';
import { type CommandContext, withConnection } from '../command.ts';
import { requireConfirmation, yesOption } from '../confirmation.ts';
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
    .summary('deploy a version')
    .description('Deploys a version and waits until it is live. Deploys the active version by default.')
    .argument('[plugin]', 'NAME or NAME@VERSION (default: the plugin in this folder)')
    .option('--batch-only', 'deploy for batches only, without an endpoint')
    .option('--dry-run', 'show what would change without changing it')
    .option('--no-wait', 'return immediately')
    .addOption(timeoutOption());
  withConnection<DeployOptions>(command, context, async (connection, options, ref) => {
    const { deployVersion } = await import('../deployments/deploy-version.ts');
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const { resolveVersion } = await import('../plugins/active-version.ts');
    const version = await resolveVersion(connection, await parsePluginRef(ref));
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
    .description('Takes a version out of service. The version itself is not deleted.')
    .argument('[plugin]', 'NAME or NAME@VERSION (default: the plugin in this folder)')
    .addOption(yesOption());
  withConnection<{ yes?: true }>(command, context, async (connection, { yes }, ref) => {
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const { resolveVersion } = await import('../plugins/active-version.ts');
    const { name, pluginId, version } = await resolveVersion(connection, await parsePluginRef(ref));
    await requireConfirmation(`Take ${name} ${version} out of service`, yes, connection.signal);
    const answer = await connection.client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', {
      path: { namespace_id: await connection.namespaceId(), plugin_id: pluginId },
      signal: connection.signal,
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}
