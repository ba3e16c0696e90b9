// Defines `slipway test`, which tests a plugin on this machine.
import { separatorOption } from '../arguments/separator.ts';
import { localCommand } from '../command/command.ts';
import { jsonOption } from '../connection/connection-options.ts';
import { runInterruptible } from '../terminal/interruption.ts';

/** Collects an option that may be repeated. A variadic option would swallow the plugin's folder. */
function added(item: string, before: string[] = []): string[] {
  return [...before, item];
}

export const test = localCommand({
  name: 'test',
  summary: 'test a plugin on this machine, offline',
  description:
    'Checks the structure and schemas, calls build_steps, runs the tests, starts the plugin and calls its examples.',
  arguments: { '[path]': "the plugin's folder (default: the current folder)" },
  options: {
    '--path <path>': 'same as PATH',
    '--sample-data <file>': 'JSON or CSV rows for the batch pipeline',
    ...separatorOption,
    '--secret <name[=value]>': {
      description: 'a secret that the plugin asks for; without =, read from the environment',
      parse: added,
    },
    '--secrets-file <file>': 'a file with a line NAME=VALUE for each secret',
    '--model <name=path>': { description: 'a file for a model that the plugin names', parse: added },
    '--verbose': 'also show the output of passed checks',
    ...jsonOption,
  },
  examples: [
    'slipway test                          the plugin in the current folder',
    'slipway test my_plugin/ --sample-data rows.json',
    'slipway test my_plugin/ --secrets-file .env --model clip=model.safetensors',
  ],
  async run(context, { path: folder }, { path = '.', ...options }) {
    const { testPlugin } = await import('../test/test-plugin.ts');
    return runInterruptible((signal) => testPlugin({ ...options, path: folder ?? path }, context, signal));
  },
});
