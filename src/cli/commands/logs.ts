// `slipway logs`: what a running plugin prints.
import { type Command, InvalidArgumentError } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { durationMs } from '../duration.ts';
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
    .summary('show what a plugin prints')
    .description('Shows what the running instance of a version has printed.')
    .argument('[plugin]', 'NAME or NAME@VERSION; the plugin in this folder by default')
    .option('-f, --follow', 'go on until Ctrl-C; with --json one object a line')
    .option('--tail <lines>', 'at most so many of the lines that are there', lineCount)
    .option('--since <time>', 'only what is not older: 30m, 1h', durationMs)
    .option('--deployment <id>', 'of one deployment, running or not')
    .addOption(kindOption());
  connected<Options>(command, context, async (connection, options, said) => {
    const { followLogs, logSource, readGoLogs, readLogs } = await import('../deployments/logs.ts');
    if (options.kind !== 'extractor') return readGoLogs(connection, options.kind, said, options);
    const source = await logSource(connection, options.deployment, said);
    if (!options.follow) return readLogs(connection, source, options);
    await followLogs(connection, source, options, context.output);
    return { json: {}, text: '', streamed: true };
  });
}

function lineCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a number of lines.');
  return Number(text);
}
