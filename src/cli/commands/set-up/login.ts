// Defines `slipway login`, `slipway logout` and `slipway whoami`, which store, remove and show the user's API key.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { formatTime } from '../../terminal/duration.ts';
import { isInteractive, promptSecret } from '../../terminal/prompt.ts';
import { table } from '../../terminal/table.ts';
import { wrapText } from '../../terminal/terminal-text.ts';

interface LoginOptions {
  baseUrl?: string;
  namespace?: string;
  withToken?: true;
  local?: string | true;
  json?: true;
}

const loginExamples = `Examples:
  slipway login --base-url https://slipway.example.com
  slipway login --with-token < key.txt
  slipway login --local ~/slipway        after \`npm start\` in that folder
`;

export function addLogin(program: Command, { environment, output }: CommandContext): void {
  program
    .command('login')
    .summary('store an API key for later commands')
    .description('Verifies an API key with the server and stores it in a file that only you can read.')
    .option('--base-url <url>', 'the server (default: http://127.0.0.1:8080)')
    .option('-n, --namespace <name>', 'the default namespace for later commands')
    .option('--with-token', 'read the key from standard input without prompting')
    .option('--local [folder]', 'use the local server that `npm start` runs in this folder')
    .option('--json', 'print one JSON object')
    .addHelpText('before', loginExamples)
    .action(async ({ baseUrl, json, local, namespace, withToken }: LoginOptions) => {
      const { localFlags, login } = await import('../../connection/login.ts');
      const flags = local
        ? { ...localFlags(local === true ? '.' : local, environment), ...(namespace ? { namespace } : {}) }
        : { apiKey: await readKey(withToken === true), baseUrl, namespace };
      const path = await login(flags, environment);
      output.data(json ? `${JSON.stringify({ path }, null, 2)}\n` : `✓ stored the API key in ${path}\n`);
    });
}

export function addLogout(program: Command, { environment, output }: CommandContext): void {
  program
    .command('logout')
    .summary('remove the stored API key')
    .description('Removes the stored key. The key stays valid until you revoke it with `slipway keys revoke`.')
    .option('--json', 'print one JSON object')
    .addHelpText('before', 'Examples:\n  slipway logout\n')
    .action(async ({ json }: { json?: true }) => {
      const { logout } = await import('../../connection/login.ts');
      const forgotten = logout(environment);
      const text = forgotten ? '✓ removed the stored API key\n' : '✓ no API key was stored\n';
      output.data(json ? `${JSON.stringify({ forgotten }, null, 2)}\n` : text);
    });
}

async function readKey(withToken: boolean): Promise<string> {
  if (!withToken && !isInteractive())
    throw new Failure('usage', 'cannot prompt for an API key without a terminal', {
      hint: 'Pipe the key: `slipway login --with-token < key`, or set SLIPWAY_API_KEY.',
    });
  if (!withToken) return (await promptSecret('API key (sk_…, input hidden): ')).trim();
  const lines = createInterface({ input: process.stdin });
  try {
    return String((await lines[Symbol.asyncIterator]().next()).value ?? '').trim();
  } finally {
    lines.close();
  }
}

export function addWhoami(program: Command, context: CommandContext): void {
  const command = program
    .command('whoami')
    .summary('show the server and API key in use')
    .description('Shows the server, the API key with its scopes, and where each setting comes from.');
  addExamples(command, 'slipway whoami');
  withConnection(command, context, async ({ client, settings, signal }) => {
    const key = await client.get('/v1/keys/self', { signal });
    const { apiKey, baseUrl, namespace } = settings;
    const rows = [
      ['server', baseUrl.value],
      ['', `from ${baseUrl.origin}`],
      ['organization', `${key.organization_name} (${key.organization_id})`],
      ['key', `${key.prefix}…  ${key.name}`],
      ['', `from ${apiKey?.origin}`],
      ...wrapText(key.scopes.join(' '), context.output.columns - 14).map((line, at) => [
        at === 0 ? 'scopes' : '',
        line,
      ]),
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
  });
}
