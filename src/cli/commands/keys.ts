// `slipway keys`: API keys: listed, made, rotated, revoked. A secret is shown once.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, connected } from '../command.ts';
import { durationMs, shownTime } from '../duration.ts';
import { table } from '../table.ts';
import { printable } from '../terminal-text.ts';

type ApiKey = components['schemas']['ApiKey'];
type Scope = ApiKey['scopes'][number];

const presets = {
  read: ['plugins:read'],
  publish: ['plugins:read', 'plugins:write', 'plugins:deploy'],
  invoke: ['plugins:invoke'],
} as const satisfies Record<string, readonly Scope[]>;

interface CreateOptions {
  scopes: Scope[];
  expires?: number;
  only?: string[];
}

export function addKeys(program: Command, context: CommandContext): void {
  const group = program.command('keys').summary('list, make, rotate and revoke API keys');
  connected(
    group.command('list').description('Lists the keys of the organization.'),
    context,
    async ({ client, signal }) => {
      const { results, pagination } = await client.get('/v1/keys', { signal });
      return { json: { items: results, nextCursor: pagination.next_cursor }, text: listText(results) };
    },
  );
  const create = group
    .command('create')
    .description(`Makes a key. Scopes by name, or as a preset: ${Object.keys(presets).join(', ')}.`)
    .argument('<name>', 'what it is for')
    .requiredOption('--scopes <scopes>', 'separated by commas', scopesOf)
    .option('--expires <time>', 'after how long: 90d', durationMs)
    .option('--only <namespaces...>', 'the ids of the only namespaces it is for');
  connected<CreateOptions>(create, context, async ({ client, signal }, { scopes, expires, only }, name = '') => {
    const key = await client.post('/v1/keys', {
      body: {
        name,
        scopes,
        ...(only ? { namespace_ids: only } : {}),
        ...(expires === undefined ? {} : { expires_at: new Date(Date.now() + expires).toISOString() }),
      },
      signal,
    });
    return { json: key, text: secretText(key) };
  });
  const rotate = group
    .command('rotate')
    .description('Gives a key a new secret.')
    .argument('<key>', 'its id')
    .addOption(
      new Option('--overlap <time>', 'how long the old one still works: 1h')
        .argParser(durationMs)
        .default(0, 'not at all'),
    );
  connected<{ overlap: number }>(rotate, context, async ({ client, signal }, { overlap }, id = '') => {
    const key = await client.post('/v1/keys/{key_id}/rotate', {
      path: { key_id: id },
      body: { overlap_seconds: Math.round(overlap / 1000) },
      signal,
    });
    return { json: key, text: secretText(key) };
  });
  const revoke = group.command('revoke').description('Ends a key for good.').argument('<key>', 'its id');
  connected(revoke, context, async ({ client, signal }, _, id = '') => {
    const key = await client.delete('/v1/keys/{key_id}', { path: { key_id: id }, signal });
    return { json: key, text: `✓ ${printable(key.name)} (${key.prefix}…) is revoked\n` };
  });
}

function scopesOf(text: string): Scope[] {
  return text.split(',').flatMap((word) => {
    const preset = Object.entries(presets).find(([name]) => name === word)?.[1];
    if (preset) return [...preset];
    if (!isScope(word)) throw new InvalidArgumentError(`There is no scope '${word}'.`);
    return [word];
  });
}

/** The server has the list; only what can't be one is refused here. */
function isScope(word: string): word is Scope {
  return /^[a-z]+:[a-z]+$/.test(word);
}

function listText(keys: ApiKey[]): string {
  const rows = keys.map((key) => [
    `${key.prefix}…`,
    key.name,
    key.status,
    shownTime(key.last_used_at),
    shownTime(key.expires_at),
    key.key_id,
  ]);
  return table([['KEY', 'NAME', 'STATUS', 'LAST USED', 'EXPIRES', 'ID'], ...rows]);
}

function secretText({ api_key, key_id, name, scopes }: components['schemas']['ApiKeyWithSecret']): string {
  return `${api_key}\n  ${printable(name)} (${key_id}): ${scopes.join(', ')}\n  Shown once; keep it where secrets are kept.\n`;
}
