// Defines `slipway publish`, also `push`, which publishes a folder as a version and deploys it.
import { type Command, Option } from 'commander';
import { type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import type { PublishOptions } from '../../publish/publish-folder.ts';
import { timeoutOption } from '../../terminal/duration.ts';
import { releaseOptionText } from '../../terminal/release-text.ts';

interface Options extends Omit<PublishOptions, 'path'> {
  path?: string;
  fromGit?: string;
  ref?: string;
}

const examples = `
Examples:
  slipway publish --from-git https://github.com/acme/all@v1.2.0 --path ocr
`;

export function addPublish(program: Command, context: CommandContext): void {
  const work: Parameters<typeof withConnection<Options>>[2] = async (connection, options, folder) => {
    if (options.fromGit !== undefined) {
      const { publishFromGit } = await import('../../publish/publish-from-git.ts');
      const source = await gitSource(options.fromGit, options, folder);
      return publishFromGit(connection, { ...options, ...source }, context.output);
    }
    if (options.ref !== undefined) throw usage('--ref needs --from-git');
    const { publishFolder } = await import('../../publish/publish-folder.ts');
    return publishFolder(connection, { ...options, path: folder ?? options.path ?? '.' }, context);
  };
  const command = program
    .command('publish')
    .alias('push')
    .summary('scan, upload and deploy a plugin')
    .description('Packs, scans and uploads a plugin and waits until it is live. Safe to repeat.')
    .argument('[path]', "the plugin's folder (default: the current folder)")
    .addOption(new Option('--path <path>', 'same as PATH; or the repository folder, as in the example').hideHelp())
    .option('--from-git <url>', 'have the server fetch a Git repository: URL or URL@REF')
    .addOption(new Option('--ref <ref>', 'same as @REF: a tag, branch or full commit hash').hideHelp())
    .option('--org', 'publish for the whole organization')
    .option('-m, --message <text>', 'what changed, for the history')
    .addOption(new Option('--bump', 'publish under the next patch number').conflicts('dryRun'))
    .option('--dry-run', 'check here and on the server; upload nothing')
    .addOption(new Option('--waived', 'upload errors that a waiver may cover').conflicts('dryRun'))
    .option('--include <path>', 'pack a file that looks like a secret or is ignored', added)
    .option('--batch-only', 'deploy for batches only, without an endpoint')
    .option('--replace', 'undeploy all older versions once this one is live')
    .option('--release <plan>', releaseOptionText)
    .option('--stage', 'have another person approve it first')
    .option('--no-deploy', 'publish without deploying')
    .option('--no-wait', "don't wait for the deployment")
    .addOption(timeoutOption('how long to wait, such as 90s'))
    .addHelpText('before', examples.slice(1));
  withConnection<Options>(command, context, work, async (reason, options, signal, folder) => {
    if (!options.dryRun || options.fromGit !== undefined || options.ref !== undefined) throw reason;
    const { dryRunFolder } = await import('../../publish/publish-folder.ts');
    return dryRunFolder({ signal, reason }, { ...options, path: folder ?? options.path ?? '.' }, context);
  });
}

function added(path: string, before: string[] = []): string[] {
  return [...before, path];
}

/** Checks that --from-git is not combined with an option for local folders. */
async function gitSource(
  url: string,
  { batchOnly, bump, dryRun, include, ref: refOption, replace, waived }: Options,
  folder: string | undefined,
): Promise<{ repository: string; ref: string }> {
  if (batchOnly || bump || dryRun || include || replace || waived || folder !== undefined)
    throw usage(
      "--from-git publishes the repository's content: it takes no PATH, --bump, --dry-run, --waived, --include, --batch-only or --replace",
    );
  const { parseRepositoryRef } = await import('../../go-plugins/install.ts');
  const { ref = refOption, repository } = parseRepositoryRef(url);
  if (ref === undefined) throw usage('--from-git needs a ref: use URL@REF or --ref');
  return { repository, ref };
}

function usage(message: string): Failure {
  return new Failure('usage', message, { hint: 'See `slipway publish --help`.' });
}
