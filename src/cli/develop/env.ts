// Defines `slipway env`, which shows a version's installed packages with their size, origin and sharing.
import type { components } from '../../client/api.gen.d.ts';
import { formatBytes } from '../../core/quantities.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import { table } from '../terminal/table.ts';

type PluginEnvironment = components['schemas']['PluginEnvironment'];
type Installed = PluginEnvironment['environments'][number];

const show = serverCommand({
  name: 'show',
  summary: "show a version's installed packages",
  description:
    "Shows a version's installed packages, largest first: size, index, and how many of your organization's environments share each one.",
  arguments: { '[plugin]': 'NAME or NAME@VERSION (default: the plugin in this folder)' },
  examples: ['slipway env show my_plugin', 'slipway env show my_plugin@1.0.0'],
  async run(connection, { plugin: ref }) {
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const { resolveVersion } = await import('../plugins/plugin-ref.ts');
    const { pluginId } = await resolveVersion(connection, await parsePluginRef(ref));
    const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
    const environment = await connection.client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/environment', {
      path,
    });
    return { json: environment, text: formatEnvironment(environment) };
  },
});

export const env = commandGroup({ name: 'env', summary: "show a version's packages" }, [show]);

function formatEnvironment({ dependencies, environments, lock, name, version }: PluginEnvironment): string {
  const plugin = `${name} ${version}`;
  if (dependencies.length === 0) return `${plugin} depends on no packages.\n`;
  if (lock === null) return `${plugin} gets its packages on its first realtime deployment.\n`;
  if (environments.length === 0) return `${plugin} is locked; its packages are installed on its next start.\n`;
  const indexes = new Map(lock.packages.map((locked) => [`${locked.name} ${locked.version}`, locked.index]));
  return environments.map((installed) => formatInstalled(installed, indexes)).join('\n');
}

function formatInstalled(
  { archive_bytes, files, packages, platform, python, size_bytes }: Installed,
  indexes: ReadonlyMap<string, string | null>,
): string {
  const stored = archive_bytes === 0 ? 'kept by the builder' : `${formatBytes(archive_bytes)} in the store`;
  const total = `${formatBytes(size_bytes)} in ${files} files, ${stored}`;
  const rows = packages
    .toSorted((a, b) => b.size_bytes - a.size_bytes)
    .map((one) => [
      one.name,
      one.version,
      formatBytes(one.size_bytes),
      one.archive_bytes === 0 ? '-' : formatBytes(one.archive_bytes),
      indexes.get(`${one.name} ${one.version}`) ?? "the operator's folder",
      String(one.environments),
    ]);
  const head = ['PACKAGE', 'VERSION', 'SIZE', 'STORED', 'FROM', 'ENVIRONMENTS'];
  return `Python ${python}, ${platform}: ${total}\n${table([head, ...rows])}`;
}
