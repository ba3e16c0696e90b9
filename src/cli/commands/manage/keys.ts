// Defines `slipway keys`: list, create, rotate and revoke API keys. A secret is shown only once.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { keyPresets, type Scope, scopes } from '../../../contract/scopes.ts';
import { nearest } from '../../../core/nearest.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, type CommandResult, withConnection } from '../../command.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';

type ApiKey = components['schemas']['ApiKey'];

interface CreateOptions {
  scopes: Scope[];
  expires?: number;
  only?: string[];
}

export function addKeys(program: Command, context: CommandContext): void {
  const group = program.command('keys').summary('list, create, rotate and revoke API keys');
  addListCommand(group, context);
  addCreateCommand(group, context);
  addRotateCommand(group, context);
  addRevokeCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list').description('Lists the keys of the organization.');
  addExamples(list, 'slipway keys list');
  addPageOptions(list);
  withConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const { results, pagination } = await client.get('/v1/keys', { query: pageQuery(options), signal });
    return pageResult(results, pagination.next_cursor, formatKeys(results));
  });
}

function addCreateCommand(group: Command, context: CommandContext): void {
  const create = group
    .command('create')
    .description(`Creates a key. Scopes are names or presets: ${Object.keys(keyPresets).join(', ')}.`)
    .argument('<name>', 'a name that says what the key is for')
    .requiredOption('--scopes <scopes>', 'a comma-separated list', parseScopes)
    .option('--expires <time>', 'expire after this time, such as 90d', parseDuration)
    .option('--only <namespaces...>', 'limit the key to these namespace IDs');
  addExamples(create, 'KEY=$(slipway keys create ci --scopes publish --expires 90d)');
  withConnection<CreateOptions>(create, context, async ({ client, signal }, options, name = '') => {
    return keySecretResult(await client.post('/v1/keys', { body: newKeyBody(name, options), signal }));
  });
}

function newKeyBody(name: string, { expires, only, scopes }: CreateOptions) {
  return {
    name,
    scopes,
    ...(only ? { namespace_ids: only } : {}),
    ...(expires === undefined ? {} : { expires_at: new Date(Date.now() + expires).toISOString() }),
  };
}

function addRotateCommand(group: Command, context: CommandContext): void {
  const rotate = group
    .command('rotate')
    .description("Rotates a key's secret.")
    .argument('<key>', 'key ID')
    .addOption(
      new Option('--overlap <time>', 'keep the old secret valid for this long, such as 1h')
        .argParser(parseDuration)
        .default(0, '0s'),
    );
  addExamples(rotate, 'KEY=$(slipway keys rotate key_… --overlap 1h)');
  withConnection<{ overlap: number }>(rotate, context, async ({ client, signal }, { overlap }, id = '') => {
    const key = await client.post('/v1/keys/{key_id}/rotate', {
      path: { key_id: id },
      body: { overlap_seconds: Math.round(overlap / 1000) },
      signal,
    });
    return keySecretResult(key);
  });
}

function addRevokeCommand(group: Command, context: CommandContext): void {
  const revoke = group
    .command('revoke')
    .description('Revokes a key permanently.')
    .argument('<key>', 'key ID')
    .addOption(yesOption());
  addExamples(revoke, 'slipway keys revoke key_…');
  withConnection<{ yes?: true }>(revoke, context, async ({ client, signal }, { yes }, id = '') => {
    await requireConfirmation(`Revoke ${id} permanently`, yes, signal);
    const key = await client.delete('/v1/keys/{key_id}', { path: { key_id: id }, signal });
    return { json: key, text: `✓ ${printable(key.name)} (${key.prefix}…) has been revoked\n` };
  });
}

function parseScopes(text: string): Scope[] {
  return text.split(',').flatMap((word) => {
    const preset = Object.entries(keyPresets).find(([name]) => name === word)?.[1];
    if (preset) return [...preset];
    const scope = scopes.find((known) => known === word);
    if (!scope) throw new InvalidArgumentError(unknownScope(word));
    return [scope];
  });
}

function unknownScope(word: string): string {
  const presets = Object.keys(keyPresets);
  const likely = nearest(word, [...scopes, ...presets]);
  const known = `Scopes are ${scopes.join(', ')}; presets are ${presets.join(', ')}.`;
  return `'${printable(word)}' is not a scope.${likely === undefined ? '' : ` Did you mean ${likely}?`} ${known}`;
}

function formatKeys(keys: ApiKey[]): string {
  const rows = keys.map((key) => [
    `${key.prefix}…`,
    key.name,
    key.status,
    formatTime(key.last_used_at),
    formatTime(key.expires_at),
    key.key_id,
  ]);
  return table([['KEY', 'NAME', 'STATUS', 'LAST USED', 'EXPIRES', 'ID'], ...rows]);
}

/** Only the secret goes to standard output, so that a script can capture it. */
function keySecretResult(key: components['schemas']['ApiKeyWithSecret']): CommandResult {
  return {
    json: key,
    text: `${key.api_key}\n`,
    notes: [
      `  key      ${printable(key.name)} (${key.key_id}): ${key.scopes.join(', ')}`,
      '  This secret is shown only once. Store it in a secret manager.',
    ],
  };
}
