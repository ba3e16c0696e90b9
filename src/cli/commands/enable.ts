// `slipway enable` and `disable`: plugins of the organization, in a namespace.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';

interface EnableOptions {
  params?: string;
  deploy: boolean;
}

export function addEnable(program: Command, context: CommandContext): void {
  const command = program
    .command('enable')
    .summary("use an organization's plugin in a namespace")
    .description('Makes a plugin of the organization usable in a namespace, and deploys it there.')
    .argument('<plugin>', 'NAME@VERSION')
    .option('--params <json>', 'its parameters here: JSON or @FILE')
    .option('--no-deploy', 'only make it usable');
  connected<EnableOptions>(command, context, async ({ client, namespaceId, signal }, { params, deploy }, said) => {
    const { jsonArgument } = await import('../json-argument.ts');
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable', {
      path: { namespace_id: await namespaceId(), plugin_id: await idOf(said) },
      body: { deploy, ...(params === undefined ? {} : { params: await jsonArgument('--params', params) }) },
      signal,
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}

export function addDisable(program: Command, context: CommandContext): void {
  const command = program
    .command('disable')
    .summary("stop using an organization's plugin in a namespace")
    .description('Takes a plugin of the organization out of a namespace, and out of service there.')
    .argument('<plugin>', 'NAME@VERSION');
  connected(command, context, async ({ client, namespaceId, signal }, _, said) => {
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable', {
      path: { namespace_id: await namespaceId(), plugin_id: await idOf(said) },
      signal,
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  });
}

async function idOf(said: string | undefined): Promise<string> {
  const { Failure } = await import('../failure.ts');
  const { pluginIdOf, pluginRef } = await import('../plugins/plugin-ref.ts');
  const { name, version } = await pluginRef(said);
  if (version === undefined)
    throw new Failure('usage', `which version of ${name} is meant?`, { hint: `Write ${name}@1.0.0.` });
  return pluginIdOf(name, version);
}
