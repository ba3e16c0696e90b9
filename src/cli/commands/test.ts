// `slipway test`: what a plugin does here, before anyone else sees it.
import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { whileInterruptible } from '../interruption.ts';
import { jsonText } from '../json-text.ts';

interface Options {
  path?: string;
  sampleData?: string;
  verbose?: true;
  json?: true;
}

const examples = `
Examples:
  slipway test                          the plugin in this folder
  slipway test my_plugin/ --sample-data rows.json
`;

export function addTest(program: Command, context: CommandContext): void {
  program
    .command('test')
    .summary('try a plugin on this machine, offline')
    .description('Checks structure and schemas, calls build_steps, runs the tests, starts it and tries its examples.')
    .argument('[path]', 'the folder of the plugin; this one by default')
    .option('--path <path>', 'the same as PATH')
    .option('--sample-data <file>', 'rows for the batch pipeline: JSON or CSV')
    .option('--verbose', 'show what was printed, also where all is well')
    .option('--json', 'tell programs: one JSON object')
    .addHelpText('before', examples.slice(1))
    .action(async (said: string | undefined, { json, path, ...options }: Options) => {
      const { testPlugin } = await import('../test/test-plugin.ts');
      const told = await whileInterruptible((signal) =>
        testPlugin({ ...options, path: said ?? path ?? '.' }, context, signal),
      );
      context.output.data(json ? jsonText(told.json, 2) : told.text);
      context.finish(told.exit ?? 'done');
    });
}
