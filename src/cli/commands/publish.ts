// Defines `slipway publish`, also `push`, which publishes a folder as a version and deploys it.
import type { Command } from 'commander';
import { type CommandContext, withConnection } from '../command.ts';
import { timeoutOption } from '../duration.ts';

interface Options {
  path?: string;
  org?: true;
  message?: string;
  dryRun?: true;
  batchOnly?: true;
  replace?: true;
  deploy: boolean;
  wait: boolean;
  timeout: number;
}

const examples = `
Examples:
  slipway publish                      the plugin in the current folder
  slipway publish my_plugin/ -m "less memory"
  slipway publish --dry-run            scan and ask whether the version is taken
  slipway publish --replace            undeploy older versions afterwards
`;

export function addPublish(program: Command, context: CommandContext): void {
  const command = program
    .command('publish')
    .alias('push')
    .summary('scan, upload and deploy a plugin')
    .description('Packs, scans and uploads a plugin and waits until it is live. Safe to repeat.')
    .argument('[path]', "the plugin's folder (default: the current folder)")
    .option('--path <path>', 'same as PATH')
    .option('--org', 'publish for the whole organization; namespaces enable it')
    .option('-m, --message <text>', 'what changed, for the history')
    .option('--dry-run', 'pack, scan and ask the server, without uploading')
    .option('--batch-only', 'deploy for batches only, without an endpoint')
    .option('--replace', 'undeploy all older versions once this one is live')
    .option('--no-deploy', 'publish without deploying')
    .option('--no-wait', "don't wait for the deployment")
    .addOption(timeoutOption('how long to wait for the deployment, such as 90s'))
    .addHelpText('before', examples.slice(1));
  withConnection<Options>(command, context, async (connection, options, folder) => {
    const { publishFolder } = await import('../publish/publish-folder.ts');
    return publishFolder(connection, { ...options, path: folder ?? options.path ?? '.' }, context.output);
  });
}
