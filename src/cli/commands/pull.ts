// `slipway pull`: the files of a published version, as they were published.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';

interface Options {
  output?: string;
  force?: true;
}

export function addPull(program: Command, context: CommandContext): void {
  const command = program
    .command('pull')
    .summary('download the files of a version')
    .description('Writes the files of a version into a folder, the same bytes that were published.')
    .argument('<plugin>', 'NAME or NAME@VERSION')
    .option('-o, --output <folder>', 'where to; a folder named as the plugin by default')
    .option('--force', 'write over files that are there');
  connected<Options>(command, context, async (connection, { output, force }, said) => {
    const { pluginRef } = await import('../plugins/plugin-ref.ts');
    const { versionOf } = await import('../plugins/active-version.ts');
    const { pullVersion } = await import('../plugins/pull-version.ts');
    const version = await versionOf(connection, await pluginRef(said));
    return pullVersion(connection, version, { folder: output ?? version.name, force: force === true });
  });
}
