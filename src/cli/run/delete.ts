// Defines `slipway delete`, which deletes one version of a plugin, or all of them.
import type { OptionValues } from '../arguments/command-options.ts';
import { serverCommand } from '../command/command.ts';
import type { Connection } from '../connection/connect.ts';
import { requireConfirmation, yesOption } from '../terminal/confirmation.ts';

const deleteOptions = {
  '--all': 'delete all versions',
  '--org': "delete a version of the organization's plugins",
  '--dry-run': 'show what would be deleted without deleting it',
  ...yesOption,
} as const;

export const deleteVersions = serverCommand({
  name: 'delete',
  summary: 'delete a version of a plugin',
  description: 'Undeploys a version and deletes it. Its number can then be published again.',
  arguments: { '<plugin>': 'NAME@VERSION, or NAME with --all' },
  options: deleteOptions,
  examples: [
    'slipway delete my_plugin@1.0.0',
    'slipway delete my_plugin --all --yes',
    'slipway delete my_plugin@1.0.0 --org     a version of the organization',
  ],
  async run(connection, { plugin: ref }, options) {
    const versions = await versionsToDelete(connection, ref, options);
    const names = versions.map(({ name, version }) => `${name} ${version}`);
    const json = { results: versions.map(({ pluginId }) => pluginId) };
    if (options.dryRun)
      return { json: { ...json, dry_run: true }, text: names.map((name) => `✓ ${name} would be deleted\n`).join('') };
    await requireConfirmation(`Delete ${names.join(', ')}`, options.yes, connection.signal);
    for (const { pluginId } of versions) await deleteVersion(connection, pluginId, options.org);
    return { json, text: names.map((name) => `✓ deleted ${name}\n`).join('') };
  },
});

async function versionsToDelete(
  connection: Connection,
  ref: string | undefined,
  { all, org }: OptionValues<typeof deleteOptions>,
) {
  const { parsePluginRef, parseVersionRef } = await import('../plugins/plugin-ref.ts');
  if (!all) return [await parseVersionRef(ref)];
  const { name } = await parsePluginRef(ref);
  const { client, namespaceId } = connection;
  const { plugins } = org
    ? await client.get('/v1/plugins', { query: { name } })
    : await client.get('/v1/namespaces/{namespace_id}/plugins', {
        path: { namespace_id: await namespaceId() },
        query: { name },
      });
  const owned = plugins.filter((plugin) => plugin.name === name && (plugin.source === 'org') === (org === true));
  if (owned.length > 0) return owned.map(({ plugin_id, version }) => ({ name, version, pluginId: plugin_id }));
  const { unknownPlugin } = await import('../plugins/suggestions.ts');
  throw await unknownPlugin(connection, name);
}

async function deleteVersion(
  { client, namespaceId }: Connection,
  plugin_id: string,
  org: true | undefined,
): Promise<void> {
  await (org
    ? client.delete('/v1/plugins/{plugin_id}', { path: { plugin_id } })
    : client.delete('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
        path: { namespace_id: await namespaceId(), plugin_id },
      }));
}
