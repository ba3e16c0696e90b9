// Defines `slipway invoke`, which calls a live plugin.
import { serverCommand } from '../command/command.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { Failure } from '../terminal/failure.ts';

export const invoke = serverCommand({
  name: 'invoke',
  alias: 'call',
  summary: 'call a live plugin',
  description: "Calls a plugin's live version, or a specific version.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION' },
  options: {
    '-d, --data <json>': { description: 'JSON, @FILE, or - for standard input', required: true },
    '--parameters <json>': 'the parameters: JSON or @FILE',
    '--no-validate': "don't check the inputs against the plugin's schema",
    '--later': { description: 'queue the call; see `slipway calls`', conflicts: 'stream' },
    '--wait': { description: 'wait for the later call to end', implies: { later: true }, conflicts: 'stream' },
    '--callback <url>': {
      description: "send the later call's result to this URL",
      implies: { later: true },
      conflicts: 'stream',
    },
    '--staged': { description: 'try a version before its approval', conflicts: ['stream', 'later', 'wait'] },
    '--stream': { description: 'print each yielded value as JSON', default: false },
    ...kindOption,
    '--action <name>': 'Go plugins: the pipeline action or storage operation',
  },
  examples: [
    'slipway invoke my_plugin -d \'{"text": "hello"}\'',
    'slipway invoke my_plugin@1.0.0 -d @input.json',
    'slipway invoke my_plugin --stream -d \'{"text": "hello"}\'',
    'slipway invoke upper --action upper -d \'{"text": "hello"}\'',
  ],
  async run(connection, { plugin: ref }, options) {
    const { readJsonArgument } = await import('../arguments/json-argument.ts');
    const { byKind } = await import('../any-kind/by-kind.ts');
    const { action, callback, kind, later = false, parameters, staged = false, stream, validate, wait } = options;
    const data = await readJsonArgument('--data', options.data);
    const called = await byKind(connection, ref, kind, {
      extractor: async () => {
        const { callExtractor } = await import('./call-extractor.ts');
        const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
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
        return callExtractor(connection, call, connection.output);
      },
      go: async (goKind, name) => {
        if (stream)
          throw new Failure('usage', `${name} is a Go plugin, which yields no values`, { hint: 'Leave --stream out.' });
        const { callGoPlugin } = await import('./call-go-plugin.ts');
        return callGoPlugin(connection, { kind: goKind, name, action, data, later, callback }, connection);
      },
    });
    if (!wait) return called;
    const { waitForCall } = await import('./calls.ts');
    return waitForCall(connection, called, connection.output);
  },
});
