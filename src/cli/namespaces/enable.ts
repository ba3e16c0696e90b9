// Defines `slipway enable` and `slipway disable`, for an organization's plugins in a namespace.
import { serverCommand } from '../command/command.ts';

export const enable = serverCommand({
  name: 'enable',
  summary: "use an organization's plugin in a namespace",
  description: "Enables one of the organization's plugins in a namespace and deploys it there.",
  arguments: { '<plugin>': 'NAME@VERSION' },
  options: {
    '--params <json>': 'parameters for this namespace: JSON or @FILE',
    '--no-deploy': 'enable without deploying',
  },
  examples: ['slipway enable shared_plugin@1.0.0 --params \'{"top": 3}\''],
  async run({ client, namespaceId }, { plugin: ref }, { params, deploy }) {
    const { readJsonArgument } = await import('../arguments/json-argument.ts');
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/enable', {
      path: { namespace_id: await namespaceId(), plugin_id: await versionId(ref) },
      body: { deploy, ...(params === undefined ? {} : { params: await readJsonArgument('--params', params) }) },
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  },
});

export const disable = serverCommand({
  name: 'disable',
  summary: "stop using an organization's plugin in a namespace",
  description: "Undeploys one of the organization's plugins and disables it in a namespace.",
  arguments: { '<plugin>': 'NAME@VERSION' },
  examples: ['slipway disable shared_plugin@1.0.0'],
  confirm: ({ plugin: ref }) => `Disable and undeploy ${ref}`,
  async run({ client, namespaceId }, { plugin: ref }) {
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/org/{plugin_id}/disable', {
      path: { namespace_id: await namespaceId(), plugin_id: await versionId(ref) },
    });
    return { json: answer, text: `✓ ${answer.message}\n` };
  },
});

async function versionId(ref: string | undefined): Promise<string> {
  const { parseVersionRef } = await import('../plugins/plugin-ref.ts');
  return (await parseVersionRef(ref)).pluginId;
}
