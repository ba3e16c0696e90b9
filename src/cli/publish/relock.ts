// Defines `slipway relock`, which publishes a version's sources with newer packages.
import { serverCommand } from '../command/command.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { yesOption } from '../terminal/confirmation.ts';
import { timeoutOption } from '../terminal/duration.ts';
import { releaseOptionText } from '../terminal/release-text.ts';

export const relock = serverCommand({
  name: 'relock',
  summary: 'publish a version again with newer packages',
  description:
    'Resolves the dependencies again, and shows which packages change and which advisories that fixes. Publishes the same sources as the next patch version. For a Go plugin, says how to fix its repository.',
  arguments: { '[plugin]': 'NAME or NAME@VERSION (default: the plugin in this folder; the version that serves calls)' },
  options: {
    '--publish': 'publish the proposal',
    '--deploy': 'publish and deploy it',
    '--release <plan>': releaseOptionText,
    '--stage': 'have another person approve it first',
    '-m, --message <text>': 'what changed, for the history',
    ...yesOption,
    ...kindOption,
    '--no-wait': "don't wait for the deployment",
    ...timeoutOption,
  },
  examples: ['slipway relock my_plugin', 'slipway relock my_plugin --deploy --yes'],
  async run(connection, { plugin: ref }, { kind, ...options }) {
    const { byKind } = await import('../any-kind/by-kind.ts');
    return byKind(connection, ref, kind, {
      extractor: async () => {
        const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
        const { relock } = await import('./relock-version.ts');
        const { name, version } = await parsePluginRef(ref);
        // The folder's version may not be published yet.
        return relock(
          connection,
          { name, version: ref === undefined ? undefined : version },
          options,
          connection.output,
        );
      },
      go: async (goKind, name) => {
        const { relockGoPlugin } = await import('./relock-go-plugin.ts');
        return relockGoPlugin(connection, { kind: goKind, name }, options);
      },
    });
  },
});
