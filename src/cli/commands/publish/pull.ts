// Defines `slipway pull`, which downloads the files of a published version.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';

interface Options {
  output?: string;
  force?: true;
}

export function addPull(program: Command, context: CommandContext): void {
  const command = program
    .command('pull')
    .summary("download a version's files")
    .description("Downloads a version's files into a folder, exactly as published.")
    .argument('<plugin>', 'NAME or NAME@VERSION')
    .option('-o, --output <folder>', "the target folder (default: the plugin's name)")
    .option('--force', 'overwrite existing files');
  addExamples(command, 'slipway pull my_plugin@1.0.0 -o old');
  withConnection<Options>(command, context, async (connection, { output, force }, ref) => {
    const { parsePluginRef } = await import('../../plugins/plugin-ref.ts');
    const { resolveOffered } = await import('../../plugins/plugin-ref.ts');
    const { pullVersion } = await import('../../plugins/pull-version.ts');
    const version = await resolveOffered(connection, await parsePluginRef(ref));
    return pullVersion(connection, version, { folder: output ?? version.name, force: force === true }, context.output);
  });
}
