// `slipway show`: everything there is to know of one version.
import type { Command } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, connected } from '../command.ts';
import { shownTime } from '../duration.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import type { Kind } from '../init/categories.ts';
import { table } from '../table.ts';

type PluginDocument = components['schemas']['PluginDocument'];

export function addShow(program: Command, context: CommandContext): void {
  const command = program
    .command('show')
    .summary('show one version of a plugin')
    .description('Shows what a version is and holds. Without VERSION the active one is meant.')
    .argument('[plugin]', 'NAME or NAME@VERSION; the plugin in this folder by default')
    .addOption(kindOption());
  connected<{ kind: Kind }>(command, context, async (connection, { kind }, said) => {
    if (kind !== 'extractor') {
      const { nameOf, toldPlugin } = await import('../go-plugins/installed.ts');
      return toldPlugin(connection, kind, nameOf(said));
    }
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { versionOf } = await import('../plugins/active-version.ts');
    const { pluginId } = await versionOf(connection, await pluginRef(said));
    const { plugin } = await connection.client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
      path: { namespace_id: await connection.namespaceId(), plugin_id: pluginId },
      signal: connection.signal,
    });
    return { json: plugin, text: textOf(plugin) };
  });
}

function textOf({ manifest, ...plugin }: PluginDocument): string {
  const features = manifest?.features.map(
    ({ distance_metric, embedding_dim, feature_name }) => `${feature_name} (${embedding_dim}, ${distance_metric})`,
  );
  const rows = [
    ['plugin', `${plugin.name} ${plugin.version}`],
    ['id', plugin.plugin_id],
    ['description', plugin.description ?? '-'],
    ['feature uri', plugin.feature_uri],
    ['live since', plugin.deployed ? shownTime(plugin.deployed_at) : 'not deployed'],
    ['published', shownTime(plugin.created_at)],
    ['message', plugin.message ?? '-'],
    ['size', `${plugin.size_bytes} bytes`],
    ['sha256', plugin.code_hash],
    ['category', manifest?.category ?? '-'],
    ['features', features?.join(', ') || '-'],
    ['dependencies', manifest?.dependencies.join(', ') || '-'],
  ];
  return table(rows);
}
