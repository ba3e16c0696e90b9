// Defines `slipway test`, which tests a plugin on this machine.
import type { Command } from 'commander';
import type { CommandContext } from '../../command.ts';
import { runInterruptible } from '../../terminal/interruption.ts';
import { jsonText } from '../../terminal/json-text.ts';

interface Options {
  path?: string;
  sampleData?: string;
  secret?: string[];
  secretsFile?: string;
  model?: string[];
  verbose?: true;
  json?: true;
}

const examples = `
Examples:
  slipway test                          the plugin in the current folder
  slipway test my_plugin/ --sample-data rows.json
  slipway test my_plugin/ --secrets-file .env --model clip=model.safetensors
`;

/** Collects an option that may be repeated. A variadic option would swallow the plugin's folder. */
function added(item: string, before: string[] = []): string[] {
  return [...before, item];
}

export function addTest(program: Command, context: CommandContext): void {
  program
    .command('test')
    .summary('test a plugin on this machine, offline')
    .description(
      'Checks the structure and schemas, calls build_steps, runs the tests, starts the plugin and calls its examples.',
    )
    .argument('[path]', "the plugin's folder (default: the current folder)")
    .option('--path <path>', 'same as PATH')
    .option('--sample-data <file>', 'JSON or CSV rows for the batch pipeline')
    .option('--secret <name[=value]>', 'a secret that the plugin asks for; without =, read from the environment', added)
    .option('--secrets-file <file>', 'a file with a line NAME=VALUE for each secret')
    .option('--model <name=path>', 'a file for a model that the plugin names', added)
    .option('--verbose', 'also show the output of passed checks')
    .option('--json', 'print one JSON object')
    .addHelpText('before', examples.slice(1))
    .action(async (folder: string | undefined, { json, path, ...options }: Options) => {
      const { testPlugin } = await import('../../test/test-plugin.ts');
      const result = await runInterruptible((signal) =>
        testPlugin({ ...options, path: folder ?? path ?? '.' }, context, signal),
      );
      context.output.data(json ? jsonText(result.json, 2) : result.text);
      context.finish(result.exit ?? 'done');
    });
}
