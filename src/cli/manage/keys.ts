// Defines `slipway keys`: list, create, rotate and revoke API keys. A secret is shown only once.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { keyPresets, type Scope, scopes } from '../../contract/scopes.ts';
import { nearest } from '../../core/nearest.ts';
import { commandGroup, serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import { listCommand } from '../command/list-command.ts';
import { formatTime, parseDuration } from '../terminal/duration.ts';
import { printable } from '../terminal/terminal-text.ts';

const list = listCommand({
  name: 'list',
  description: 'Lists the keys of the organization.',
  examples: ['slipway keys list'],
  fetch: ({ client }, query) => client.get('/v1/keys', { query }),
  head: ['KEY', 'NAME', 'STATUS', 'LAST USED', 'EXPIRES', 'ID', 'ONLY AT'],
  row: (key) => [
    `${key.prefix}…`,
    key.name,
    key.status,
    formatTime(key.last_used_at),
    formatTime(key.expires_at),
    key.key_id,
    key.path ?? '-',
  ],
});

const create = serverCommand({
  name: 'create',
  description: `Creates a key. Scopes are names or presets: ${Object.keys(keyPresets).join(', ')}.`,
  arguments: { '<name>': 'a name that says what the key is for' },
  options: {
    '--scopes <scopes>': { description: 'a comma-separated list', parse: parseScopes, required: true },
    '--expires <time>': { description: 'expire after this time, such as 90d', parse: parseDuration },
    '--only <namespaces...>': 'limit the key to these namespace IDs',
    '--path <path>': 'limit the key to this path of the API, and what is below it',
  },
  examples: [
    'KEY=$(slipway keys create ci --scopes publish --expires 90d)',
    'slipway keys create ai --scopes invoke --path /v1/namespaces/ns_…/tool-sets/ai',
  ],
  async run({ client }, { name }, { expires, only, path, scopes }) {
    const expires_at = expires === undefined ? undefined : new Date(Date.now() + expires).toISOString();
    const body = { name, scopes, namespace_ids: only, path, expires_at };
    return keySecretResult(await client.post('/v1/keys', { body }));
  },
});

const rotate = serverCommand({
  name: 'rotate',
  description: "Rotates a key's secret.",
  arguments: { '<key>': 'key ID' },
  options: {
    '--overlap <time>': {
      description: 'keep the old secret valid for this long, such as 1h',
      parse: parseDuration,
      default: 0,
      defaultText: '0s',
    },
  },
  examples: ['KEY=$(slipway keys rotate key_… --overlap 1h)'],
  async run({ client }, { key: id }, { overlap }) {
    const key = await client.post('/v1/keys/{key_id}/rotate', {
      path: { key_id: id },
      body: { overlap_seconds: Math.round(overlap / 1000) },
    });
    return keySecretResult(key);
  },
});

const revoke = serverCommand({
  name: 'revoke',
  description: 'Revokes a key permanently.',
  arguments: { '<key>': 'key ID' },
  examples: ['slipway keys revoke key_…'],
  confirm: ({ key: id }) => `Revoke ${id} permanently`,
  async run({ client }, { key: id }) {
    const key = await client.delete('/v1/keys/{key_id}', { path: { key_id: id } });
    return { json: key, text: `✓ ${printable(key.name)} (${key.prefix}…) has been revoked\n` };
  },
});

export const keys = commandGroup({ name: 'keys', summary: 'list, create, rotate and revoke API keys' }, [
  list,
  create,
  rotate,
  revoke,
]);

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

/** Only the secret goes to standard output, so that a script can capture it. */
function keySecretResult(key: components['schemas']['ApiKeyWithSecret']): CommandResult {
  return {
    json: key,
    text: `${key.api_key}\n`,
    notes: [
      `  key      ${printable(key.name)} (${key.key_id}): ${key.scopes.join(', ')}`,
      ...(key.path ? [`  only at  ${key.path} and what is below it`] : []),
      '  This secret is shown only once. Store it in a secret manager.',
    ],
  };
}
