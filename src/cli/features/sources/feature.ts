// Defines `slipway sources`: add, list, rotate and remove credentials for private repositories. Reads tokens from standard input or a
// prompt, never from an argument, which other users of the machine could see.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { components } from '../../../client/api.gen.d.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import { isInteractive, promptSecret } from '../../terminal/prompt.ts';
import { decodeText, readStandardInput, readTextFile } from '../../terminal/text-input.ts';

type Source = components['schemas']['Source'];

const credentialOptions = {
  '--token-stdin': 'read the token from standard input',
  '--user <name>': 'the user name to send with the token',
  '--github-app <id>': 'create tokens as this GitHub App, with --key',
  '--key <file>': "the App's private key, in GitHub's file format",
  '--api-url <url>': "the URL of GitHub's API (default: the host's)",
  '--deploy-key <file>': 'fetch over SSH with this key, and --known-host',
  '--known-host <file>': "the host's keys, as ssh-keyscan prints them",
  '--go-modules': 'Go modules below this path are private (GOPRIVATE)',
  '--python-packages <names>': {
    description: "packages to take only from this index: 'acme-*,lib'",
    parse: (text: string) => text.split(',').map((pattern) => pattern.trim()),
  },
  '--expires <time>': { description: 'token lifetime from now, such as 90d', parse: parseDuration },
} as const;

type CredentialOptions = OptionValues<typeof credentialOptions>;

const add = serverCommand({
  name: 'add',
  summary: 'add a credential',
  description:
    "Adds a credential for all of a host's repositories, or for those below a path. The longest matching path wins.",
  arguments: { '<source>': 'HOST or HOST/PATH, such as git.example.com/acme' },
  options: credentialOptions,
  examples: [
    'slipway sources add git.example.com/acme --token-stdin < token.txt',
    'slipway sources add github.com/acme --github-app 104729 --key app.pem',
    "slipway sources add pypi.example.com/simple --python-packages 'acme-*'",
  ],
  async run({ client }, { source }, options) {
    const added = await client.post('/v1/sources', { body: await requestOf(source, options) });
    return { json: added, text: `✓ added the credential for ${added.source}\n` };
  },
});

const rotate = serverCommand({
  name: 'rotate',
  summary: "replace a credential's token",
  description: "Replaces a credential's token. Fetches in progress finish with the previous one.",
  arguments: { '<source>': 'HOST or HOST/PATH, as `sources list` shows it' },
  options: credentialOptions,
  examples: ['slipway sources rotate git.example.com/acme --token-stdin < token.txt'],
  async run({ client }, { source }, options) {
    const rotated = await client.put('/v1/sources', { body: await requestOf(source, options) });
    return { json: rotated, text: `✓ replaced the token for ${rotated.source} (revision ${rotated.revision})\n` };
  },
});

async function requestOf(source: string, options: CredentialOptions) {
  const { tokenStdin, user, expires, goModules, pythonPackages } = options;
  return {
    source,
    ...((await appOf(options)) ??
      (await deployKeyOf(source, options)) ?? { token: await readToken(source, tokenStdin === true) }),
    username: user,
    go_modules: goModules,
    python_packages: pythonPackages,
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
  return { github_app: { app_id: githubApp, private_key, api_url: apiUrl } };
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
  if (!existsSync(given)) return [given];
  const text = readTextFile(given);
  const [host = ''] = source.split('/');
  const lines = text.split('\n').filter((line) => /^[^#\s]/.test(line));
  const known = lines.filter((line) => /^(?:ssh-|ecdsa-)/.test(line) || line.split(' ')[0]?.split(',').includes(host));
  if (known.length > 0) return known;
  throw new Failure('usage', `${given} has no key for ${host}`, {
    title: 'Host key missing',
    hint: `Write the host's keys to the file: ssh-keyscan ${host} > ${given}. Slipway can't read hashed host names.`,
  });
}

async function readKey(path: string, option: string): Promise<string> {
  const bytes = await readFile(path).catch(() => {
    throw new Failure('usage', `${path} could not be read`, {
      title: 'Key unreadable',
      hint: `Check the path after ${option}.`,
    });
  });
  return decodeText(bytes, path);
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

const list = listCommand({
  name: 'list',
  description: 'Lists credentials. Tokens are never shown.',
  examples: ['slipway sources list'],
  fetch: ({ client }, query) => client.get('/v1/sources', { query }),
  empty: 'No credentials yet. Add one with `slipway sources add HOST --token-stdin`.',
  head: ['SOURCE', 'FOR', 'USER', 'REVISION', 'EXPIRES', 'LAST USED'],
  row: ({ source, username, github_app, deploy_key, revision, expires_at, last_used_at, ...uses }) => [
    source,
    useOf(uses),
    github_app === null ? (deploy_key === null ? username : `${username} (SSH)`) : `App ${github_app.app_id}`,
    String(revision),
    expires_at === null ? '-' : formatTime(expires_at),
    last_used_at === null ? 'never' : formatTime(last_used_at),
  ],
});

const remove = serverCommand({
  name: 'remove',
  summary: 'remove a credential',
  description: 'Removes a credential. Published versions stay.',
  arguments: { '<source>': 'HOST or HOST/PATH, as `sources list` shows it' },
  examples: ['slipway sources remove git.example.com/acme'],
  confirm: ({ source }) => `Remove the credential for ${source}`,
  async run({ client }, { source }) {
    const removed = await client.delete('/v1/sources', { query: { source } });
    return { json: removed, text: `✓ removed the credential for ${removed.source}\n` };
  },
});

const sources = commandGroup(
  { name: 'sources', summary: 'manage credentials for private repositories and Python indexes' },
  [add, list, rotate, remove],
);

function useOf({ go_modules, python_packages }: Pick<Source, 'go_modules' | 'python_packages'>): string {
  if (python_packages) return `Python ${python_packages.join(', ')}`;
  return go_modules ? 'Git, Go modules' : 'Git';
}

export const feature = defineCliFeature({ commands: [{ add: sources, after: 'grants' }] });
