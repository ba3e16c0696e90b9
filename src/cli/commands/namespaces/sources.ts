// Defines `slipway sources`: add, list, rotate and remove credentials for private repositories. Reads tokens from standard input or a
// prompt, never from an argument, which other users of the machine could see.
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { readStandardInput, requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { isInteractive, promptSecret } from '../../terminal/prompt.ts';
import { table } from '../../terminal/table.ts';

type Source = components['schemas']['Source'];

interface CredentialOptions {
  tokenStdin?: true;
  user?: string;
  expires?: number;
  goModules?: boolean;
  pythonPackages?: string[];
  githubApp?: string;
  key?: string;
  apiUrl?: string;
  deployKey?: string;
  knownHost?: string;
}

export function addSources(program: Command, context: CommandContext): void {
  const group = program.command('sources').summary('manage credentials for private repositories and Python indexes');
  addAddCommand(group, context);
  addListCommand(group, context);
  addRotateCommand(group, context);
  addRemoveCommand(group, context);
}

function addAddCommand(group: Command, context: CommandContext): void {
  const add = group
    .command('add')
    .summary('add a credential')
    .description(
      "Adds a credential for all of a host's repositories, or for those below a path. The longest matching path wins.",
    )
    .argument('<source>', 'HOST or HOST/PATH, such as git.example.com/acme');
  addCredentialOptions(add);
  addExamples(
    add,
    'slipway sources add git.example.com/acme --token-stdin < token.txt',
    'slipway sources add github.com/acme --github-app 104729 --key app.pem',
    "slipway sources add pypi.example.com/simple --python-packages 'acme-*'",
  );
  withConnection<CredentialOptions>(add, context, async ({ client, signal }, options, source = '') => {
    const added = await client.post('/v1/sources', { body: await requestOf(source, options), signal });
    return { json: added, text: `✓ added the credential for ${added.source}\n` };
  });
}

function addRotateCommand(group: Command, context: CommandContext): void {
  const rotate = group
    .command('rotate')
    .summary("replace a credential's token")
    .description("Replaces a credential's token. Fetches in progress finish with the previous one.")
    .argument('<source>', 'HOST or HOST/PATH, as `sources list` shows it');
  addCredentialOptions(rotate);
  addExamples(rotate, 'slipway sources rotate git.example.com/acme --token-stdin < token.txt');
  withConnection<CredentialOptions>(rotate, context, async ({ client, signal }, options, source = '') => {
    const rotated = await client.put('/v1/sources', { body: await requestOf(source, options), signal });
    return { json: rotated, text: `✓ replaced the token for ${rotated.source} (revision ${rotated.revision})\n` };
  });
}

function addCredentialOptions(command: Command): void {
  command
    .option('--token-stdin', 'read the token from standard input')
    .option('--user <name>', 'the user name to send with the token')
    .option('--github-app <id>', 'create tokens as this GitHub App, with --key')
    .option('--key <file>', "the App's private key, in GitHub's file format")
    .option('--api-url <url>', "the URL of GitHub's API (default: the host's)")
    .option('--deploy-key <file>', 'fetch over SSH with this key, and --known-host')
    .option('--known-host <file>', "the host's keys, as ssh-keyscan prints them")
    .option('--go-modules', 'Go modules below this path are private (GOPRIVATE)')
    .addOption(
      new Option('--python-packages <names>', "packages to take only from this index: 'acme-*,lib'").argParser((text) =>
        text.split(',').map((pattern) => pattern.trim()),
      ),
    )
    .addOption(new Option('--expires <time>', 'token lifetime from now, such as 90d').argParser(parseDuration));
}

async function requestOf(source: string, options: CredentialOptions) {
  const { tokenStdin, user, expires, goModules, pythonPackages } = options;
  return {
    source,
    ...((await appOf(options)) ??
      (await deployKeyOf(source, options)) ?? { token: await readToken(source, tokenStdin === true) }),
    ...(user === undefined ? {} : { username: user }),
    ...(goModules === undefined ? {} : { go_modules: goModules }),
    ...(pythonPackages === undefined ? {} : { python_packages: pythonPackages }),
    ...(expires === undefined ? {} : { expires_at: new Date(Date.now() + expires).toISOString() }),
  };
}

async function appOf({ githubApp, key, apiUrl, tokenStdin, deployKey }: CredentialOptions) {
  if (githubApp === undefined && key === undefined) return undefined;
  if (githubApp === undefined || key === undefined || tokenStdin || deployKey !== undefined)
    throw new Failure('usage', 'a GitHub App needs its ID and its key, but no token', {
      title: 'App incomplete',
      hint: 'Give both: --github-app ID --key FILE',
    });
  const private_key = await readKey(key, '--key');
  return { github_app: { app_id: githubApp, private_key, ...(apiUrl === undefined ? {} : { api_url: apiUrl }) } };
}

async function deployKeyOf(source: string, { deployKey, knownHost, tokenStdin }: CredentialOptions) {
  if (deployKey === undefined && knownHost === undefined) return undefined;
  if (deployKey === undefined || knownHost === undefined || tokenStdin)
    throw new Failure('usage', "a deploy key needs the host's key, but no token", {
      title: 'Deploy key incomplete',
      hint: "Give both: --deploy-key FILE --known-host FILE. `ssh-keyscan HOST` prints the host's keys: compare them with what its operator publishes.",
    });
  const known_hosts = await readKnownHosts(source, knownHost);
  return { deploy_key: { private_key: await readKey(deployKey, '--deploy-key'), known_hosts } };
}

/** The file may list keys of many hosts. */
async function readKnownHosts(source: string, given: string): Promise<string[]> {
  const text = await readFile(given, 'utf8').catch(() => undefined);
  if (text === undefined) return [given];
  const [host = ''] = source.split('/');
  const lines = text.split('\n').filter((line) => /^[^#\s]/.test(line));
  const known = lines.filter((line) => /^(?:ssh-|ecdsa-)/.test(line) || line.split(' ')[0]?.split(',').includes(host));
  if (known.length > 0) return known;
  throw new Failure('usage', `${given} has no key for ${host}`, {
    title: 'Host key missing',
    hint: `Write the host's keys to the file: ssh-keyscan ${host} > ${given}. Slipway can't read hashed host names.`,
  });
}

function readKey(path: string, option: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new Failure('usage', `${path} could not be read`, {
      title: 'Key unreadable',
      hint: `Check the path after ${option}.`,
    });
  });
}

async function readToken(source: string, fromStandardInput: boolean): Promise<string> {
  const isAsked = !fromStandardInput && isInteractive();
  const text = isAsked ? await promptSecret(`Token for ${source}: `) : await readStandardInput();
  const token = text.replace(/\r?\n$/, '');
  if (token !== '') return token;
  throw new Failure('usage', `standard input has no token for ${source}`, {
    title: 'Token required',
    hint: `Send the token to standard input: slipway sources add ${source} --token-stdin < FILE`,
  });
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list').description('Lists credentials. Tokens are never shown.');
  addExamples(list, 'slipway sources list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const { results, pagination } = await client.get('/v1/sources', { query: pageQuery(options), signal });
    return pageResult(results, pagination.next_cursor, formatSources(results));
  });
}

function addRemoveCommand(group: Command, context: CommandContext): void {
  const remove = group
    .command('remove')
    .summary('remove a credential')
    .description('Removes a credential. Published versions stay.')
    .argument('<source>', 'HOST or HOST/PATH, as `sources list` shows it')
    .addOption(yesOption());
  addExamples(remove, 'slipway sources remove git.example.com/acme');
  withConnection<{ yes?: true }>(remove, context, async ({ client, signal }, { yes }, source = '') => {
    await requireConfirmation(`Remove the credential for ${source}`, yes, signal);
    const removed = await client.delete('/v1/sources', { query: { source }, signal });
    return { json: removed, text: `✓ removed the credential for ${removed.source}\n` };
  });
}

function formatSources(sources: Source[]): string {
  if (sources.length === 0) return 'No credentials yet. Add one with `slipway sources add HOST --token-stdin`.\n';
  const rows = sources.map(
    ({ source, username, github_app, deploy_key, revision, expires_at, last_used_at, ...uses }) => [
      source,
      useOf(uses),
      github_app === null ? (deploy_key === null ? username : `${username} (SSH)`) : `App ${github_app.app_id}`,
      String(revision),
      expires_at === null ? '-' : formatTime(expires_at),
      last_used_at === null ? 'never' : formatTime(last_used_at),
    ],
  );
  return table([['SOURCE', 'FOR', 'USER', 'REVISION', 'EXPIRES', 'LAST USED'], ...rows]);
}

function useOf({ go_modules, python_packages }: Pick<Source, 'go_modules' | 'python_packages'>): string {
  if (python_packages) return `Python ${python_packages.join(', ')}`;
  return go_modules ? 'Git, Go modules' : 'Git';
}
