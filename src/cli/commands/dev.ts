// `slipway dev`: what is saved serves a moment later.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';

export function addDev(program: Command, context: CommandContext): void {
  const command = program
    .command('dev')
    .summary('serve a plugin from its folder as you write it')
    .description(
      'Checks, publishes and deploys a folder at every change and shows what it prints, until Ctrl-C; on a local start only. The versions are numbered by the server, and deleted again.',
    )
    .argument('[path]', 'the folder of the plugin; this one by default');
  connected(command, context, async (connection, { json }, path = '.') => {
    const { develop } = await import('../dev/develop.ts');
    await develop(connection, { folder: path, json: json === true }, context.output);
    return { json: {}, text: '', streamed: true };
  });
}
