// Defines `slipway invoke`, which calls a live plugin.
import type { Command } from 'commander';
import { type CommandContext, type CommandResult, withConnection } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { formatDuration } from '../duration.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import type { Kind } from '../init/categories.ts';
import { formatJson } from '../json-text.ts';
import { printableLines } from '../terminal-text.ts';

interface Options {
  data: string;
  kind: Kind;
  action?: string;
  parameters?: string;
}

const examples = `
Examples:
  slipway invoke my_plugin -d '{"text": "hello"}'
  slipway invoke my_plugin@1.0.0 -d @input.json
  echo '{"text": "hello"}' | slipway invoke my_plugin -d -
  slipway invoke upper --kind pipeline --action upper -d '{"text": "hello"}'
`;

export function addInvoke(program: Command, context: CommandContext): void {
  const command = program
    .command('invoke')
    .summary('call a live plugin')
    .description("Calls a plugin's live version, or a specific version.")
    .argument('<plugin>', 'NAME or NAME@VERSION')
    .requiredOption('-d, --data <json>', 'the inputs: JSON, @FILE, or - for standard input')
    .option('--parameters <json>', 'the parameters: JSON or @FILE')
    .addOption(kindOption())
    .option('--action <name>', 'Go plugins: the pipeline action or storage operation')
    .addHelpText('before', examples.slice(1));
  withConnection<Options>(command, context, async (connection, options, ref = '') => {
    const { action, data, kind } = options;
    if (kind === 'extractor') return invokeExtractor(connection, ref, options, context);
    const { readJsonArgument } = await import('../json-argument.ts');
    const { callGoPlugin } = await import('../go-plugins/call.ts');
    const call = { kind, name: ref, action, data: await readJsonArgument('--data', data) };
    return callGoPlugin(connection, call, context);
  });
}

async function invokeExtractor(
  connection: Connection,
  ref: string,
  { data, parameters }: Options,
  { output }: CommandContext,
): Promise<CommandResult> {
  const { readJsonArgument } = await import('../json-argument.ts');
  const { pluginIdOf, parsePluginRef } = await import('../plugins/plugin-ref.ts');
  const { name, version } = await parsePluginRef(ref);
  const body = {
    inputs: await readJsonArgument('--data', data),
    ...(parameters === undefined ? {} : { parameters: await readJsonArgument('--parameters', parameters) }),
  };
  const { client, namespaceId, signal } = connection;
  const namespace_id = await namespaceId();
  const startedAt = performance.now();
  // An interrupted call may have run, so the client must not repeat it.
  const options = { body, signal, idempotencyKey: false } as const;
  const answer = await (version === undefined
    ? client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
        ...options,
        path: { namespace_id, slug: name },
      })
    : client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test', {
        ...options,
        path: { namespace_id, plugin_id: pluginIdOf(name, version) },
      }));
  const took = formatDuration(performance.now() - startedAt);
  const answered = 'version' in answer ? answer.version : version;
  output.info(`${name} ${answered} answered in ${took} (${formatDuration(answer.duration_ms)} in the plugin)`);
  if (answer.status === 'error') {
    output.error(printableLines(answer.error ?? 'the plugin failed'));
    return { json: answer, text: '', exit: 'failed' };
  }
  return { json: answer, text: formatJson(answer.raw_response, output.columns) };
}
