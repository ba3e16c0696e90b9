// Tests the precedence of settings: flags, environment, stored config, local server.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ConnectionFlags, resolveSettings } from '../../../src/cli/connection/settings.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf, slipway as runSlipway } from '../slipway.ts';

const flags = { apiKey: 'sk_flag', baseUrl: 'https://flag.test', namespace: 'flag' };
const slipway = { SLIPWAY_API_KEY: 'sk_own', SLIPWAY_BASE_URL: 'https://own.test', SLIPWAY_NAMESPACE: 'own' };
const mixpeek = { MIXPEEK_API_KEY: 'sk_mix', MIXPEEK_BASE_URL: 'https://mix.test', MIXPEEK_NAMESPACE: 'mix' };
const stored = { api_key: 'sk_stored', base_url: 'https://stored.test', namespace: 'stored' };
const local = { url: 'http://127.0.0.1:8080', api_key: 'sk_local', namespace_id: 'ns_local' };

interface Given {
  flags?: ConnectionFlags;
  environment?: Record<string, string>;
  stored?: object;
  local?: object;
}

function resolved({ flags = {}, environment = {}, stored, local }: Given) {
  const folder = folderOf({
    ...(stored ? { 'config/slipway/config.json': JSON.stringify(stored) } : {}),
    ...(local ? { 'state/local.json': JSON.stringify(local) } : {}),
  });
  const { apiKey, baseUrl, namespace } = resolveSettings(flags, {
    XDG_CONFIG_HOME: join(folder, 'config'),
    SLIPWAY_STATE: join(folder, 'state'),
    ...environment,
  });
  return [apiKey, baseUrl, namespace].map((setting) => setting && [setting.value, setting.origin.replace(folder, '')]);
}

const storedFile = '/config/slipway/config.json';
const localFile = '/state/local.json';

test.each<[string, Given, unknown]>([
  ['no settings', {}, [undefined, ['http://127.0.0.1:8080', 'default'], undefined]],
  [
    'a local server',
    { local },
    [
      ['sk_local', localFile],
      ['http://127.0.0.1:8080', localFile],
      ['ns_local', localFile],
    ],
  ],
  [
    "the environment's state folder, before settings stored by login",
    { stored, local },
    [
      ['sk_local', localFile],
      ['http://127.0.0.1:8080', localFile],
      ['ns_local', localFile],
    ],
  ],
  [
    'stored by login, if the state folder has no server',
    { stored },
    [
      ['sk_stored', storedFile],
      ['https://stored.test', storedFile],
      ['stored', storedFile],
    ],
  ],
  [
    "other clients' variables, before stored settings",
    { stored, environment: mixpeek },
    [
      ['sk_mix', 'MIXPEEK_API_KEY'],
      ['https://mix.test', 'MIXPEEK_BASE_URL'],
      ['mix', 'MIXPEEK_NAMESPACE'],
    ],
  ],
  [
    "Slipway's variables, before those of other clients",
    { environment: { ...mixpeek, ...slipway } },
    [
      ['sk_own', 'SLIPWAY_API_KEY'],
      ['https://own.test', 'SLIPWAY_BASE_URL'],
      ['own', 'SLIPWAY_NAMESPACE'],
    ],
  ],
  [
    'flags, before everything',
    { flags, environment: { ...mixpeek, ...slipway }, stored, local },
    [
      ['sk_flag', '--api-key'],
      ['https://flag.test', '--base-url'],
      ['flag', '--namespace'],
    ],
  ],
  [
    'the remaining variables, with the version in the URL',
    { environment: { MIXPEEK_API_URL: 'https://mix.test/v1/', MIXPEEK_NAMESPACE_ID: 'ns_mix' } },
    [undefined, ['https://mix.test', 'MIXPEEK_API_URL'], ['ns_mix', 'MIXPEEK_NAMESPACE_ID']],
  ],
  [
    'an empty variable is ignored',
    { environment: { SLIPWAY_API_KEY: '', MIXPEEK_API_KEY: 'sk_mix' } },
    [['sk_mix', 'MIXPEEK_API_KEY'], ['http://127.0.0.1:8080', 'default'], undefined],
  ],
  [
    'each setting separately',
    { flags: { namespace: 'flag' }, environment: { SLIPWAY_API_KEY: 'sk_own' }, stored },
    [
      ['sk_own', 'SLIPWAY_API_KEY'],
      ['https://stored.test', storedFile],
      ['flag', '--namespace'],
    ],
  ],
  [
    'a local server as localhost',
    { flags: { baseUrl: 'http://localhost:8080' }, local },
    [
      ['sk_local', localFile],
      ['http://localhost:8080', '--base-url'],
      ['ns_local', localFile],
    ],
  ],
  [
    "a local server's key goes to no other server",
    { flags: { baseUrl: 'https://flag.test' }, local },
    [undefined, ['https://flag.test', '--base-url'], undefined],
  ],
  [
    'a key stored by login goes to no other server',
    { flags: { baseUrl: 'https://flag.test' }, stored },
    [undefined, ['https://flag.test', '--base-url'], undefined],
  ],
  [
    'a namespace stored by login is used on no other server',
    { environment: { SLIPWAY_API_KEY: 'sk_own', SLIPWAY_BASE_URL: 'https://own.test' }, stored },
    [['sk_own', 'SLIPWAY_API_KEY'], ['https://own.test', 'SLIPWAY_BASE_URL'], undefined],
  ],
  [
    'stored by login, if a flag names the same server',
    { flags: { baseUrl: 'https://stored.test/v1' }, stored },
    [
      ['sk_stored', storedFile],
      ['https://stored.test', '--base-url'],
      ['stored', storedFile],
    ],
  ],
])('a setting comes from the source with the highest precedence: %s', (_, given, expected) => {
  expect(resolved(given)).toEqual(expected);
});

test.each([
  ['a URL without a scheme', { baseUrl: 'flag.test' }, '--base-url is not a server URL: flag.test'],
  ['a URL with another scheme', { baseUrl: 'ftp://x' }, '--base-url is not a server URL: ftp://x'],
])('%s is refused', (_, flags, message) => {
  expect(() => resolved({ flags })).toThrow(message);
});

test('an invalid config file is an error', () => {
  const folder = folderOf({});
  mkdirSync(join(folder, 'slipway'));
  writeFileSync(join(folder, 'slipway/config.json'), '{"api_key": 1}');
  expect(() => resolveSettings({}, { XDG_CONFIG_HOME: folder, SLIPWAY_STATE: folder })).toThrow(
    `${join(folder, 'slipway/config.json')} is not valid`,
  );
});

test.each([
  ['the folder itself', 'plugins/my_plugin', '.'],
  ['a folder below', 'plugins/my_plugin/tests', '.'],
  ['elsewhere, with the plugin as PATH', 'elsewhere', '../plugins/my_plugin'],
])("a local server's state is found by searching upwards from %s", (_, cwd, path) => {
  const folder = folderOf({
    'plugins/.slipway/local.json': JSON.stringify(local),
    'plugins/my_plugin/tests/a.py': '',
    'elsewhere/a.py': '',
  });
  const previous = process.cwd();
  onTestFinished(() => process.chdir(previous));
  process.chdir(join(folder, cwd));
  const { apiKey, namespace } = resolveSettings({}, { XDG_CONFIG_HOME: folder }, path);
  expect([apiKey, namespace?.value]).toEqual([
    { value: 'sk_local', origin: join(realpathSync(folder), 'plugins/.slipway/local.json') },
    'ns_local',
  ]);
});

test("a local server's state found this way yields to settings stored by login", () => {
  const folder = folderOf({
    'plugin/.slipway/local.json': JSON.stringify(local),
    'slipway/config.json': JSON.stringify(stored),
  });
  const { apiKey, baseUrl } = resolveSettings({}, { XDG_CONFIG_HOME: folder }, join(folder, 'plugin'));
  expect([apiKey?.value, baseUrl.value]).toEqual(['sk_stored', 'https://stored.test']);
});

test("a local server's state found this way is ignored if it points to another machine", () => {
  const remote = { ...local, url: 'https://evil.test' };
  const folder = folderOf({ 'plugin/.slipway/local.json': JSON.stringify(remote) });
  const { baseUrl } = resolveSettings({}, { XDG_CONFIG_HOME: folder }, join(folder, 'plugin'));
  expect(baseUrl.value).not.toBe(remote.url);
});

test('slipway config list shows every setting except the key, and its source with --origin', async () => {
  const folder = folderOf({ 'slipway/config.json': JSON.stringify(stored) });
  const environment = { XDG_CONFIG_HOME: folder, SLIPWAY_STATE: folder, SLIPWAY_NAMESPACE: 'own' };
  const file = join(folder, 'slipway/config.json');
  expect((await inProcess(['config', 'list'], environment)).stdout).toBe(
    'base_url   https://stored.test\napi_key    (set)\nnamespace  own\n',
  );
  const { stdout } = await inProcess(['config', 'list', '--origin', '--json'], environment);
  expect(JSON.parse(stdout).results).toEqual([
    { name: 'base_url', value: 'https://stored.test', origin: file },
    { name: 'api_key', value: '(set)', origin: file },
    { name: 'namespace', value: 'own', origin: 'SLIPWAY_NAMESPACE' },
  ]);
});

test("slipway login --local stores a local server's settings, which then apply in every folder", async () => {
  await using server = await scriptedServer({ body: { results: [] } }, { body: { plugins: [], next_cursor: null } });
  const folder = folderOf({
    'checkout/.slipway/local.json': JSON.stringify({ ...local, url: server.url }),
    'work/a.txt': '',
  });
  const env = { HOME: folder, SLIPWAY_STATE: '' };
  const cwd = join(folder, 'work');
  expect(await runSlipway(['login', '--local', '../checkout'], { cwd, env })).toEqual({
    code: 0,
    stdout: `✓ stored the API key in ${join(folder, '.config/slipway/config.json')}\n`,
    stderr: '',
  });
  expect(await runSlipway(['list', '--kind', 'extractor'], { cwd, env })).toMatchObject({ code: 0, stderr: '' });
  expect(server.received[1]).toMatchObject({
    url: '/v1/namespaces/ns_local/plugins',
    headers: { authorization: 'Bearer sk_local' },
  });
});
