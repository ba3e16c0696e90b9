// `slipway login`, `logout` and `whoami`: which key this user's commands use, and what it may do.
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { shownTime } from '../duration.ts';
import { Failure } from '../failure.ts';
import { askSecret } from '../prompt.ts';
import { table } from '../table.ts';
import { wrapped } from '../terminal-text.ts';

interface LoginOptions {
  baseUrl?: string;
  namespace?: string;
  withToken?: true;
  json?: true;
}

export function addLogin(program: Command, { environment, output }: CommandContext): void {
  program
    .command('login')
    .summary('keep an API key for later commands')
    .description("Keeps a key in the user's own file (0600), after the server has accepted it.")
    .option('--base-url <url>', 'the server; http://127.0.0.1:8080 by default')
    .option('-n, --namespace <name>', 'the namespace that commands mean from now on')
    .option('--with-token', 'read the key from standard input, without asking')
    .option('--json', 'tell programs: one JSON object')
    .action(async ({ baseUrl, json, namespace, withToken }: LoginOptions) => {
      const { login } = await import('../connection/login.ts');
      const apiKey = await keyFromUser(withToken === true);
      const path = await login({ apiKey, baseUrl, namespace }, environment);
      output.data(json ? `${JSON.stringify({ path }, null, 2)}\n` : `✓ the key is kept in ${path}\n`);
    });
}

export function addLogout(program: Command, { environment, output }: CommandContext): void {
  program
    .command('logout')
    .summary('forget the kept API key')
    .description('Removes the kept key. The key itself stays valid: `slipway keys revoke` ends it.')
    .option('--json', 'tell programs: one JSON object')
    .action(async ({ json }: { json?: true }) => {
      const { logout } = await import('../connection/login.ts');
      const forgotten = logout(environment);
      const text = forgotten ? '✓ the key is forgotten\n' : '✓ there was none\n';
      output.data(json ? `${JSON.stringify({ forgotten }, null, 2)}\n` : text);
    });
}

async function keyFromUser(withToken: boolean): Promise<string> {
  if (!withToken && !process.stdin.isTTY)
    throw new Failure('usage', 'there is nobody to ask for a key', {
      hint: 'Pipe it: `slipway login --with-token < key`, or set SLIPWAY_API_KEY.',
    });
  if (!withToken) return (await askSecret('API key (sk_…), not shown: ')).trim();
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
    .summary('show which server and key are used')
    .description('Shows the server, the key, what it may do, and where each setting comes from.');
  connected(command, context, async ({ client, settings, signal }) => {
    const key = await client.get('/v1/keys/self', { signal });
    const { apiKey, baseUrl, namespace } = settings;
    const rows = [
      ['server', baseUrl.value],
      ['', `from ${baseUrl.origin}`],
      ['key', `${key.prefix}…  ${key.name}`],
      ['', `from ${apiKey?.origin}`],
      ...wrapped(key.scopes.join(' '), context.output.columns - 12).map((line, at) => [at === 0 ? 'scopes' : '', line]),
      ['namespaces', key.namespace_ids?.join(' ') ?? 'all'],
      ['expires', shownTime(key.expires_at)],
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
