// Defines `slipway dev`, which redeploys a plugin whenever its folder changes.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';

export function addDev(program: Command, context: CommandContext): void {
  const command = program
    .command('dev')
    .summary('serve a plugin from its folder as you write it')
    .description(
      'Checks, publishes and deploys a folder after every change and shows its logs, until Ctrl-C. Then deletes the versions. Works only with a local server, which assigns the version numbers.',
    )
    .argument('[path]', "the plugin's folder (default: the current folder)");
  addExamples(command, 'slipway dev my_plugin');
  withConnection(command, context, async (connection, { json }, path = '.') => {
    const { develop } = await import('../../dev/develop.ts');
    const end = await develop(connection, { folder: path, json: json === true }, context.output);
    context.output.info(end);
    return { json: {}, text: '', streamed: true, exit: 'interrupted' };
  });
}
