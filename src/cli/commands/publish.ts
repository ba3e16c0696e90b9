// `slipway publish`, also `push`: a folder becomes a version that serves.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { timeoutOption } from '../duration.ts';

interface Options {
  path?: string;
  org?: true;
  message?: string;
  dryRun?: true;
  batchOnly?: true;
  deploy: boolean;
  wait: boolean;
  timeout: number;
}

const examples = `
Examples:
  slipway publish                      the plugin in this folder
  slipway publish my_plugin/ -m "less memory"
  slipway publish --dry-run            pack and scan, send nothing
`;

export function addPublish(program: Command, context: CommandContext): void {
  const command = program
    .command('publish')
    .alias('push')
    .summary('scan, upload and deploy a plugin')
    .description('Packs and scans a plugin, uploads it, and waits until it serves. Doing it again changes nothing.')
    .argument('[path]', 'the folder of the plugin; this one by default')
    .option('--path <path>', 'the same as PATH')
    .option('--org', 'for the whole organization; its namespaces enable it')
    .option('-m, --message <text>', 'what is new, for the history')
    .option('--dry-run', 'pack and scan, send nothing')
    .option('--batch-only', 'deploy for batches, without an endpoint')
    .option('--no-deploy', 'only publish')
    .option('--no-wait', "don't wait for the deployment")
    .addOption(timeoutOption('how long to wait for it: 90s, 10m'))
    .addHelpText('before', examples.slice(1));
  connected<Options>(command, context, async (connection, options, said) => {
    const { publishFolder } = await import('../publish/publish-folder.ts');
    return publishFolder(connection, { ...options, path: said ?? options.path ?? '.' }, context.output);
  });
}
