// Defines `slipway publish`, also `push`, which publishes a folder as a version and deploys it.
import { serverCommand } from '../command/command.ts';
import { timeoutOption } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { releaseOptionText } from '../terminal/release-text.ts';
import type { PublishOptions } from './publish-folder.ts';

export const publish = serverCommand({
  name: 'publish',
  alias: 'push',
  summary: 'scan, upload and deploy a plugin',
  description: 'Packs, scans and uploads a plugin and waits until it is live. Safe to repeat.',
  arguments: { '[path]': "the plugin's folder (default: the current folder)" },
  options: {
    '--path <path>': { description: 'same as PATH; or the repository folder, as in the example', hidden: true },
    '--from-git <url>': 'have the server fetch a Git repository: URL or URL@REF',
    '--ref <ref>': { description: 'same as @REF: a tag, branch or full commit hash', hidden: true },
    '--org': 'publish for the whole organization',
    '-m, --message <text>': 'what changed, for the history',
    '--bump': { description: 'publish under the next patch number', conflicts: 'dryRun' },
    '--dry-run': 'check here and on the server; upload nothing',
    '--waived': { description: 'upload errors that a waiver may cover', conflicts: 'dryRun' },
    '--include <path>': { description: 'pack a file that looks like a secret or is ignored', parse: added },
    '--batch-only': 'deploy for batches only, without an endpoint',
    '--replace': 'undeploy all older versions once this one is live',
    '--release <plan>': releaseOptionText,
    '--stage': 'have another person approve it first',
    '--no-deploy': 'publish without deploying',
    '--no-wait': "don't wait for the deployment",
    '--timeout <time>': { ...timeoutOption['--timeout <time>'], description: 'how long to wait, such as 90s' },
  },
  examples: ['slipway publish --from-git https://github.com/acme/all@v1.2.0 --path ocr'],
  async run(connection, { path: folder }, options) {
    if (options.fromGit !== undefined) {
      const { publishFromGit } = await import('./publish-from-git.ts');
      const source = await gitSource(options.fromGit, options, folder);
      return publishFromGit(connection, { ...options, ...source }, connection.output);
    }
    if (options.ref !== undefined) throw usage('--ref needs --from-git');
    const { publishFolder } = await import('./publish-folder.ts');
    return publishFolder(connection, { ...options, path: folder ?? options.path ?? '.' }, connection);
  },
  async offline(context, { path: folder }, options) {
    if (!options.dryRun || options.fromGit !== undefined || options.ref !== undefined) throw context.reason;
    const { dryRunFolder } = await import('./publish-folder.ts');
    return dryRunFolder(context, { ...options, path: folder ?? options.path ?? '.' }, context);
  },
});

function added(path: string, before: string[] = []): string[] {
  return [...before, path];
}

/** Checks that --from-git is not combined with an option for local folders. */
async function gitSource(
  url: string,
  { batchOnly, bump, dryRun, include, ref: refOption, replace, waived }: Partial<PublishOptions> & { ref?: string },
  folder: string | undefined,
): Promise<{ repository: string; ref: string }> {
  if (batchOnly || bump || dryRun || include || replace || waived || folder !== undefined)
    throw usage(
      "--from-git publishes the repository's content: it takes no PATH, --bump, --dry-run, --waived, --include, --batch-only or --replace",
    );
  const { parseRepositoryRef } = await import('../go-plugins/install.ts');
  const { ref = refOption, repository } = parseRepositoryRef(url);
  if (ref === undefined) throw usage('--from-git needs a ref: use URL@REF or --ref');
  return { repository, ref };
}

function usage(message: string): Failure {
  return new Failure('usage', message, { hint: 'See `slipway publish --help`.' });
}
