// Defines `slipway login`, `slipway logout` and `slipway whoami`, which store, remove and show the user's API key.
import { createInterface } from 'node:readline/promises';
import { localCommand, serverCommand } from '../command/command.ts';
import type { CommandContext } from '../command/context.ts';
import { jsonOption } from '../connection/connection-options.ts';
import { openBrowser } from '../terminal/browser.ts';
import { formatTime } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { runInterruptible } from '../terminal/interruption.ts';
import { isInteractive, prompt, promptSecret } from '../terminal/prompt.ts';
import { table } from '../terminal/table.ts';
import { printable, wrapText } from '../terminal/terminal-text.ts';

const keyKinds = {
  service: 'a key of the organization',
  personal: 'a personal key',
  session: 'a browser session',
  ci: 'a key of a CI job',
};

export const login = localCommand({
  name: 'login',
  summary: 'sign in, or store an API key for later commands',
  description:
    'With a URL, signs you in by the browser and stores a personal key. Otherwise asks for an API key and verifies it. Only you can read the file.',
  arguments: { '[url]': 'the server, to sign in by the browser' },
  options: {
    '--no-browser': 'print the URL to open anywhere, and ask for the code that its page shows',
    '--organization <id>': 'sign in to this organization, also with its own issuers',
    '--base-url <url>': 'the server (default: http://127.0.0.1:8080)',
    '-n, --namespace <name>': 'the default namespace for later commands',
    '--with-token': 'read the key from standard input without prompting',
    '--local [folder]': 'use the local server that `npm start` runs in this folder',
    ...jsonOption,
  },
  examples: [
    'slipway login https://slipway.example.com',
    'slipway login https://slipway.example.com --no-browser',
    'slipway login --base-url https://slipway.example.com --with-token < key.txt',
    'slipway login --local ~/slipway        after `npm start` in that folder',
  ],
  async run(context, { url }, { local, namespace, withToken, ...options }) {
    const { environment } = context;
    const { localFlags, login } = await import('../connection/login.ts');
    const baseUrl = url ?? options.baseUrl;
    const isByBrowser = (url !== undefined || !options.browser) && !withToken;
    const newKey = () => (isByBrowser ? signIn({ ...options, baseUrl }, context) : readKey(withToken === true));
    const flags = local
      ? { ...localFlags(local === true ? '.' : local, environment), ...(namespace ? { namespace } : {}) }
      : { apiKey: await newKey(), baseUrl, namespace };
    const path = await login(flags, environment);
    return { json: { path }, text: `✓ stored the API key in ${path}\n` };
  },
});

export const logout = localCommand({
  name: 'logout',
  summary: 'remove the stored API key',
  description: 'Removes the stored key. The key stays valid until you revoke it with `slipway keys revoke`.',
  options: jsonOption,
  examples: ['slipway logout'],
  async run({ environment }) {
    const { logout } = await import('../connection/login.ts');
    const forgotten = logout(environment);
    return { json: { forgotten }, text: forgotten ? '✓ removed the stored API key\n' : '✓ no API key was stored\n' };
  },
});

/** Returns a new personal key of the person who confirms in the browser. */
async function signIn(
  { baseUrl: url, browser, organization }: { baseUrl?: string | undefined; browser: boolean; organization?: string },
  context: CommandContext,
): Promise<string> {
  const { environment, output } = context;
  const { keyFromBrowser } = await import('../connection/key-sources.ts');
  const { resolveSettings } = await import('../connection/settings.ts');
  const { baseUrl } = resolveSettings({ baseUrl: url }, environment);
  return runInterruptible(async (signal) => {
    const askCode = () => (isInteractive() ? prompt('Code: ', signal) : readLine());
    const show = (page: string) => {
      output.info(`Sign in here, and confirm: ${page}`);
      if (browser && isInteractive()) openBrowser(page);
    };
    const login = { baseUrl: baseUrl.value, organization, show, askCode: browser ? undefined : askCode, signal };
    const { api_key, expires_at, person } = await keyFromBrowser(context, login);
    output.info(`✓ signed in as ${printable(person?.name ?? '')}, until ${formatTime(expires_at)}`);
    return api_key;
  });
}

async function readKey(withToken: boolean): Promise<string> {
  if (!withToken && !isInteractive())
    throw new Failure('usage', 'cannot prompt for an API key without a terminal', {
      hint: 'Pipe the key: `slipway login --with-token < key`, set SLIPWAY_API_KEY, or sign in: `slipway login URL`.',
    });
  return withToken ? readLine() : (await promptSecret('API key (sk_…, input hidden): ')).trim();
}

/** Reads the first line of standard input. */
async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    return String((await lines[Symbol.asyncIterator]().next()).value ?? '').trim();
  } finally {
    lines.close();
  }
}

export const whoami = serverCommand({
  name: 'whoami',
  summary: 'show who you are: person, key and server',
  description: 'Shows the server, the person, the API key with its scopes, and where each setting comes from.',
  examples: ['slipway whoami'],
  async run({ client, settings, output }) {
    const key = await client.get('/v1/keys/self');
    const { apiKey, baseUrl, namespace } = settings;
    const rows = [
      ['server', baseUrl.value],
      ['', `from ${baseUrl.origin}`],
      ['organization', `${key.organization_name} (${key.organization_id})`],
      ...(key.person ? [['person', `${key.person.name} (${key.person.person_id}), ${key.role ?? 'no member'}`]] : []),
      ['key', `${key.prefix}…  ${key.name}`],
      ['', keyKinds[key.kind]],
      ['', `from ${apiKey?.origin}`],
      ...wrapText(key.scopes.join(' '), output.columns - 14).map((line, at) => [at === 0 ? 'scopes' : '', line]),
      ['namespaces', key.namespace_ids?.join(' ') ?? 'all'],
      ['expires', formatTime(key.expires_at)],
      ['namespace', namespace?.value ?? '-'],
      ...(namespace ? [['', `from ${namespace.origin}`]] : []),
    ];
    const json = { server: baseUrl.value, key, namespace: namespace?.value ?? null, origins: originsOf() };
    return { json, text: table(rows).replaceAll(/ +$/gm, '') };
    function originsOf() {
      return { server: baseUrl.origin, key: apiKey?.origin ?? null, namespace: namespace?.origin ?? null };
    }
  },
});
