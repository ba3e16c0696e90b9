// Defines `slipway logs`, which shows what a plugin prints.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type LogLevel, logLevels } from '../../../contract/builder/log-level.ts';
import { type CommandContext, withConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../init/categories.ts';
import { parseDuration } from '../../terminal/duration.ts';

interface Options {
  kind?: Kind;
  level?: LogLevel;
  follow?: true;
  tail?: number;
  limit?: number;
  cursor?: string;
  since?: number;
  request?: string;
  deployment?: string;
  run?: string;
  all?: true;
  text?: string;
}

const examples = `Examples:
  slipway logs my_plugin@1.0.0 -f --since 30m --level error
  slipway log my_plugin                  its history instead of its output
`;

export function addLogs(program: Command, context: CommandContext): void {
  const command = program
    .command('logs')
    .summary("show a plugin's logs")
    .description("Shows the logs of a version's deployment, even if it sleeps.")
    .argument('[plugin]', 'NAME or NAME@VERSION (default: this folder)')
    .option('-f, --follow', 'stream until Ctrl-C; with --json, one object per line')
    .option('--tail <lines>', 'number of lines; --limit also works (default: 1000)', parseLineCount)
    .option('--cursor <cursor>', 'continue with older lines')
    .option('--since <time>', 'show only newer lines, such as 30m or 1h', parseDuration)
    .option('--request <id>', 'show only lines of the request with this ID')
    .option('--deployment <id>', 'show one deployment, running or not')
    .option('--run <id>', 'show what a run printed')
    .option('--all', 'show the logs of all plugins in the namespace')
    .option('--text <text>', 'with --all, show only lines that contain this')
    .addOption(new Option('--level <level>', 'show only this level and above').choices(logLevels))
    .addOption(new Option('--limit <lines>').argParser(parseLineCount).hideHelp())
    .addOption(kindOption())
    .addHelpText('before', examples);
  withConnection<Options>(command, context, async (connection, { limit, run, ...given }, ref) => {
    const ofRun = run === undefined ? {} : await logOfRun(connection, run);
    const options = { ...(limit === undefined ? {} : { tail: limit }), ...given, ...ofRun };
    if (options.all) {
      const { readNamespaceLogs, requireNoPlugin } = await import('../../deployments/namespace-logs.ts');
      requireNoPlugin(options, ref);
      return readNamespaceLogs(connection, options);
    }
    const { followLogs, logSource, readGoLogs, readLogs } = await import('../../deployments/logs.ts');
    const { byKind } = await import('../../plugins/by-kind.ts');
    return byKind(connection, ref, options.deployment === undefined ? options.kind : 'extractor', {
      extractor: async () => {
        const source = await logSource(connection, options.deployment, ref);
        if (!options.follow) return readLogs(connection, source, options);
        await followLogs(connection, source, options, context.output);
        return { json: {}, text: '', streamed: true };
      },
      go: (kind, name) => readGoLogs(connection, kind, name, options),
    });
  });
}

/** A run prints to its deployment's log, in lines marked with its ID. */
async function logOfRun({ client, namespaceId, signal }: Connection, id: string) {
  const path = { namespace_id: await namespaceId(), run_id: id };
  const run = await client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path, signal });
  return { deployment: run.deployment_id, request: id };
}

function parseLineCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Use a number of lines.');
  return Number(text);
}
