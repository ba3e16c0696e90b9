// Defines `slipway enable` and `slipway disable`, for an organization's plugins in a namespace.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';

interface EnableOptions {
  params?: string;
  deploy: boolean;
}

export function addEnable(program: Command, context: CommandContext): void {
  const command = program
    .command('enable')
    .summary("use an organization's plugin in a namespace")
    .description("Enables one of the organization's plugins in a namespace and deploys it there.")
    .argument('<plugin>', 'NAME@VERSION')
    .option('--params <json>', 'parameters for this namespace: JSON or @FILE')
    .option('--no-deploy', 'enable without deploying');
  addExamples(command, 'slipway enable shared_plugin@1.0.0 --params \'{"top": 3}\'');
  withConnection<EnableOptions>(command, context, async ({ client, namespaceId, signal }, { params, deploy }, ref) => {
    const { readJsonArgument } = await import('../../arguments/json-argument.ts');
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable', {
      path: { namespace_id: await namespaceId(), plugin_id: await versionId(ref) },
      body: { deploy, ...(params === undefined ? {} : { params: await readJsonArgument('--params', params) }) },
      signal,
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}

export function addDisable(program: Command, context: CommandContext): void {
  const command = program
    .command('disable')
    .summary("stop using an organization's plugin in a namespace")
    .description("Undeploys one of the organization's plugins and disables it in a namespace.")
    .argument('<plugin>', 'NAME@VERSION')
    .addOption(yesOption());
  addExamples(command, 'slipway disable shared_plugin@1.0.0');
  withConnection<{ yes?: true }>(command, context, async ({ client, namespaceId, signal }, { yes }, ref) => {
    await requireConfirmation(`Disable and undeploy ${ref}`, yes, signal);
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable', {
      path: { namespace_id: await namespaceId(), plugin_id: await versionId(ref) },
      signal,
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}

async function versionId(ref: string | undefined): Promise<string> {
  const { parseVersionRef } = await import('../../plugins/plugin-ref.ts');
  return (await parseVersionRef(ref)).pluginId;
}
