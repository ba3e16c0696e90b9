// Defines `slipway deploy` and `slipway undeploy`.
import { InvalidArgumentError } from 'commander';
import { serverCommand } from '../command/command.ts';
import { requireConfirmation, yesOption } from '../terminal/confirmation.ts';
import { timeoutOption } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { releaseOptionText } from '../terminal/release-text.ts';

export const deploy = serverCommand({
  name: 'deploy',
  summary: 'deploy a version',
  description: 'Deploys a version and waits until it is live. Deploys the active version by default.',
  arguments: { '[plugin]': 'NAME or NAME@VERSION (default: the plugin in this folder)' },
  options: {
    '--batch-only': 'deploy for batches only, without an endpoint',
    '--release <plan>': releaseOptionText,
    '--dry-run': 'show what would change without changing it',
    '--no-wait': 'return immediately',
    ...timeoutOption,
  },
  examples: ['slipway deploy my_plugin@1.0.0', 'slipway deploy my_plugin --dry-run'],
  async run(connection, { plugin: ref }, options) {
    const { deployVersion } = await import('../deployments/deploy-version.ts');
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const { resolveOffered } = await import('../plugins/plugin-ref.ts');
    const version = await resolveOffered(connection, await parsePluginRef(ref));
    if (options.dryRun) {
      const { planDeployment } = await import('./change-plan.ts');
      return planDeployment(connection, version, connection.output);
    }
    return deployVersion(connection, version, options, connection.output);
  },
});

export const undeploy = serverCommand({
  name: 'undeploy',
  summary: 'undeploy versions',
  description: "Undeploys a version, or older ones with --keep, and cancels its runs. Doesn't delete versions.",
  arguments: { '[plugin]': 'NAME or NAME@VERSION (default: the plugin in this folder)' },
  options: {
    '--keep <count>': {
      description: 'undeploy all but COUNT versions: the live one and the newest on standby',
      parse: parseCount,
    },
    ...yesOption,
  },
  examples: [
    'slipway undeploy my_plugin               the live version',
    'slipway undeploy my_plugin@1.0.0         one version',
    'slipway undeploy my_plugin --keep 3      all but three live versions',
    'slipway undeploy my_plugin --keep 0      all versions',
  ],
  async run(connection, { plugin: ref }, { keep, yes }) {
    const { parsePluginRef, resolveDeployed } = await import('../plugins/plugin-ref.ts');
    const plugin = await parsePluginRef(ref);
    if (keep !== undefined) {
      if (ref !== undefined && plugin.version !== undefined)
        throw new Failure('usage', '--keep applies to all versions of a plugin', { hint: 'Leave out @VERSION.' });
      const { formatUndeployed, undeployOlder } = await import('../deployments/undeploy-older.ts');
      await requireConfirmation(`Undeploy all but ${keep} versions of ${plugin.name}`, yes, connection.signal);
      const result = await undeployOlder(connection, plugin.name, keep);
      return { json: { success: true, name: plugin.name, ...result }, text: formatUndeployed(plugin.name, result) };
    }
    const { name, pluginId, version } = await resolveDeployed(connection, plugin);
    await requireConfirmation(`Undeploy ${name} ${version}`, yes, connection.signal);
    const answer = await connection.client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', {
      path: { namespace_id: await connection.namespaceId(), plugin_id: pluginId },
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  },
});

function parseCount(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('Use a number from 0 to 999.');
  return Number(text);
}
