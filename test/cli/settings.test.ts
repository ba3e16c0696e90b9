// Which server, key and namespace a command uses: flag before environment before what was kept before a local start.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ConnectionFlags, settingsOf } from '../../src/cli/connection/settings.ts';
import { folderOf } from './slipway.ts';

const flags = { apiKey: 'sk_flag', baseUrl: 'https://flag.test', namespace: 'flag' };
const slipway = { SLIPWAY_API_KEY: 'sk_own', SLIPWAY_BASE_URL: 'https://own.test', SLIPWAY_NAMESPACE: 'own' };
const mixpeek = { MIXPEEK_API_KEY: 'sk_mix', MIXPEEK_BASE_URL: 'https://mix.test', MIXPEEK_NAMESPACE: 'mix' };
const kept = { api_key: 'sk_kept', base_url: 'https://kept.test', namespace: 'kept' };
const local = { url: 'http://127.0.0.1:8080', api_key: 'sk_local', namespace_id: 'ns_local' };

interface Given {
  flags?: ConnectionFlags;
  environment?: Record<string, string>;
  kept?: object;
  local?: object;
}

function settled({ flags = {}, environment = {}, kept, local }: Given) {
  const folder = folderOf({
    ...(kept ? { 'config/slipway/config.json': JSON.stringify(kept) } : {}),
    ...(local ? { 'state/local.json': JSON.stringify(local) } : {}),
  });
  const { apiKey, baseUrl, namespace } = settingsOf(flags, {
    XDG_CONFIG_HOME: join(folder, 'config'),
    SLIPWAY_STATE: join(folder, 'state'),
    ...environment,
  });
  return [apiKey, baseUrl, namespace].map((setting) => setting && [setting.value, setting.origin.replace(folder, '')]);
}

const keptFile = '/config/slipway/config.json';
const localFile = '/state/local.json';

test.each<[string, Given, unknown]>([
  ['nothing said', {}, [undefined, ['http://127.0.0.1:8080', 'default'], undefined]],
  [
    'a local start',
    { local },
    [
      ['sk_local', localFile],
      ['http://127.0.0.1:8080', localFile],
      ['ns_local', localFile],
    ],
  ],
  [
    'kept by login, before a local start',
    { kept, local },
    [
      ['sk_kept', keptFile],
      ['https://kept.test', keptFile],
      ['kept', keptFile],
    ],
  ],
  [
    'the names of other clients, before what was kept',
    { kept, environment: mixpeek },
    [
      ['sk_mix', 'MIXPEEK_API_KEY'],
      ['https://mix.test', 'MIXPEEK_BASE_URL'],
      ['mix', 'MIXPEEK_NAMESPACE'],
    ],
  ],
  [
    'the own names, before those of others',
    { environment: { ...mixpeek, ...slipway } },
    [
      ['sk_own', 'SLIPWAY_API_KEY'],
      ['https://own.test', 'SLIPWAY_BASE_URL'],
      ['own', 'SLIPWAY_NAMESPACE'],
    ],
  ],
  [
    'flags, before everything',
    { flags, environment: { ...mixpeek, ...slipway }, kept, local },
    [
      ['sk_flag', '--api-key'],
      ['https://flag.test', '--base-url'],
      ['flag', '--namespace'],
    ],
  ],
  [
    'the remaining names, with the version in the address',
    { environment: { MIXPEEK_API_URL: 'https://mix.test/v1/', MIXPEEK_NAMESPACE_ID: 'ns_mix' } },
    [undefined, ['https://mix.test', 'MIXPEEK_API_URL'], ['ns_mix', 'MIXPEEK_NAMESPACE_ID']],
  ],
  [
    'an empty variable says nothing',
    { environment: { SLIPWAY_API_KEY: '', MIXPEEK_API_KEY: 'sk_mix' } },
    [['sk_mix', 'MIXPEEK_API_KEY'], ['http://127.0.0.1:8080', 'default'], undefined],
  ],
  [
    'each by itself',
    { flags: { namespace: 'flag' }, environment: { SLIPWAY_API_KEY: 'sk_own' }, kept },
    [
      ['sk_own', 'SLIPWAY_API_KEY'],
      ['https://kept.test', keptFile],
      ['flag', '--namespace'],
    ],
  ],
  [
    'a local start under its other name',
    { flags: { baseUrl: 'http://localhost:8080' }, local },
    [
      ['sk_local', localFile],
      ['http://localhost:8080', '--base-url'],
      ['ns_local', localFile],
    ],
  ],
  [
    "a local start's key goes to no other server",
    { flags: { baseUrl: 'https://flag.test' }, local },
    [undefined, ['https://flag.test', '--base-url'], undefined],
  ],
])('%s', (_, given, expected) => {
  expect(settled(given)).toEqual(expected);
});

test.each([
  ['an address without a scheme', { baseUrl: 'flag.test' }, '--base-url is not the URL of a server: flag.test'],
  ['an address of another kind', { baseUrl: 'ftp://x' }, '--base-url is not the URL of a server: ftp://x'],
])('%s is not understood', (_, flags, message) => {
  expect(() => settled({ flags })).toThrow(message);
});

test('a file that cannot be understood is told, not passed over', () => {
  const folder = folderOf({});
  mkdirSync(join(folder, 'slipway'));
  writeFileSync(join(folder, 'slipway/config.json'), '{"api_key": 1}');
  expect(() => settingsOf({}, { XDG_CONFIG_HOME: folder, SLIPWAY_STATE: folder })).toThrow(
    `cannot understand ${join(folder, 'slipway/config.json')}`,
  );
});
