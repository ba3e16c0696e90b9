// Defines `slipway relock`, which publishes a version's sources with newer packages.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../init/categories.ts';
import type { RelockOptions } from '../../plugins/relock.ts';
import { yesOption } from '../../terminal/confirmation.ts';
import { timeoutOption } from '../../terminal/duration.ts';
import { releaseOptionText } from '../../terminal/release-text.ts';

export function addRelock(program: Command, context: CommandContext): void {
  const command = program
    .command('relock')
    .summary('publish a version again with newer packages')
    .description(
      'Resolves the dependencies again, and shows which packages change and which advisories that fixes. Publishes the same sources as the next patch version. For a Go plugin, says how to fix its repository.',
    )
    .argument('[plugin]', 'NAME or NAME@VERSION (default: the plugin in this folder; the version that serves calls)')
    .option('--publish', 'publish the proposal')
    .option('--deploy', 'publish and deploy it')
    .option('--release <plan>', releaseOptionText)
    .option('--stage', 'have another person approve it first')
    .option('-m, --message <text>', 'what changed, for the history')
    .addOption(yesOption())
    .addOption(kindOption())
    .option('--no-wait', "don't wait for the deployment")
    .addOption(timeoutOption());
  addExamples(command, 'slipway relock my_plugin', 'slipway relock my_plugin --deploy --yes');
  withConnection<RelockOptions & { kind?: Kind }>(command, context, async (connection, { kind, ...options }, ref) => {
    const { byKind } = await import('../../plugins/by-kind.ts');
    return byKind(connection, ref, kind, {
      extractor: async () => {
        const { parsePluginRef } = await import('../../plugins/plugin-ref.ts');
        const { relock } = await import('../../plugins/relock.ts');
        const { name, version } = await parsePluginRef(ref);
        // The folder's version may not be published yet.
        return relock(connection, { name, version: ref === undefined ? undefined : version }, options, context.output);
      },
      go: async (goKind, name) => {
        const { relockGoPlugin } = await import('../../go-plugins/relock.ts');
        return relockGoPlugin(connection, { kind: goKind, name }, options);
      },
    });
  });
}
