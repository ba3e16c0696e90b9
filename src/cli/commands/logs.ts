// Defines `slipway logs`, which shows what a plugin prints.
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, withConnection } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import type { Kind } from '../init/categories.ts';

interface Options {
  kind: Kind;
  follow?: true;
  tail?: number;
  since?: number;
  deployment?: string;
}

export function addLogs(program: Command, context: CommandContext): void {
  const command = program
    .command('logs')
    .summary("show a plugin's logs")
    .description('Shows the logs of the running instance of a version.')
    .argument('[plugin]', 'NAME or NAME@VERSION (default: the plugin in this folder)')
    .option('-f, --follow', 'stream until Ctrl-C; with --json, one object per line')
    .option('--tail <lines>', 'show only the last lines', parseLineCount)
    .option('--since <time>', 'show only newer lines, such as 30m or 1h', parseDuration)
    .option('--deployment <id>', 'show one deployment, running or not')
    .addOption(kindOption());
  withConnection<Options>(command, context, async (connection, options, ref) => {
    const { followLogs, logSource, readGoLogs, readLogs } = await import('../deployments/logs.ts');
    if (options.kind !== 'extractor') return readGoLogs(connection, options.kind, ref, options);
    const source = await logSource(connection, options.deployment, ref);
    if (!options.follow) return readLogs(connection, source, options);
    await followLogs(connection, source, options, context.output);
    return { json: {}, text: '', streamed: true };
  });
}

function parseLineCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Use a number of lines.');
  return Number(text);
}
