// Defines `slipway invoke`, which calls a live plugin.
import { type Command, Option } from 'commander';
import { type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../init/categories.ts';

interface Options {
  data: string;
  kind?: Kind;
  action?: string;
  parameters?: string;
  validate: boolean;
  stream: boolean;
  later?: true;
  staged?: true;
  callback?: string;
}

const examples = `
Examples:
  slipway invoke my_plugin -d '{"text": "hello"}'
  slipway invoke my_plugin@1.0.0 -d @input.json
  echo '{"text": "hello"}' | slipway invoke my_plugin -d -
  slipway invoke my_plugin --stream -d '{"text": "hello"}'
  slipway invoke upper --action upper -d '{"text": "hello"}'
`;

export function addInvoke(program: Command, context: CommandContext): void {
  const command = program
    .command('invoke')
    .summary('call a live plugin')
    .description("Calls a plugin's live version, or a specific version.")
    .argument('<plugin>', 'NAME or NAME@VERSION')
    .requiredOption('-d, --data <json>', 'the inputs: JSON, @FILE, or - for standard input')
    .option('--parameters <json>', 'the parameters: JSON or @FILE')
    .option('--no-validate', "don't check the inputs against the plugin's schema")
    .addOption(new Option('--later', 'queue the call; see `slipway calls`').conflicts('stream'))
    .addOption(
      new Option('--callback <url>', "send the later call's result to this URL")
        .implies({ later: true })
        .conflicts('stream'),
    )
    .addOption(new Option('--staged', 'try a version before its approval').conflicts(['stream', 'later']))
    .option('--stream', 'print each yielded value as JSON', false)
    .addOption(kindOption())
    .option('--action <name>', 'Go plugins: the pipeline action or storage operation')
    .addHelpText('before', examples.slice(1));
  withConnection<Options>(command, context, async (connection, options, ref = '') => {
    const { readJsonArgument } = await import('../../arguments/json-argument.ts');
    const { byKind } = await import('../../plugins/by-kind.ts');
    const { action, callback, kind, later = false, parameters, staged = false, stream, validate } = options;
    const data = await readJsonArgument('--data', options.data);
    return byKind(connection, ref, kind, {
      extractor: async () => {
        const { callExtractor } = await import('../../plugins/call-extractor.ts');
        const { parsePluginRef } = await import('../../plugins/plugin-ref.ts');
        const call = {
          plugin: await parsePluginRef(ref),
          inputs: data,
          parameters: parameters === undefined ? undefined : await readJsonArgument('--parameters', parameters),
          validate,
          stream,
          later,
          staged,
          callback,
        };
        return callExtractor(connection, call, context.output);
      },
      go: async (goKind, name) => {
        if (stream)
          throw new Failure('usage', `${name} is a Go plugin, which yields no values`, { hint: 'Leave --stream out.' });
        const { callGoPlugin } = await import('../../go-plugins/call.ts');
        return callGoPlugin(connection, { kind: goKind, name, action, data, later, callback }, context);
      },
    });
  });
}
