// Tests that `slipway login` stores only a key that the server accepts, in a file that only its owner can read, and what happens if it
// can't.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const permissions = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Logs in with this key to a server started in `folder`. */
async function login(folder: string, apiKey: string, answer: Scripted = { body: { results: [] } }) {
  await using server = await scriptedServer(answer);
  const state = folderOf({
    'local.json': JSON.stringify({ url: server.url, api_key: apiKey, namespace_id: 'ns_local' }),
  });
  const ran = await inProcess(['login', '--local'], { XDG_CONFIG_HOME: folder, SLIPWAY_STATE: state });
  return { ...ran, url: server.url, requests: server.received.length };
}

test('the key file can be read only by its owner', async () => {
  const folder = folderOf({});
  const { exit, url } = await login(folder, 'sk_first');
  const file = join(folder, 'slipway/config.json');
  expect([exit, permissions(file), permissions(join(folder, 'slipway'))]).toEqual(['done', '600', '700']);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    base_url: url,
    api_key: 'sk_first',
    namespace: 'ns_local',
  });
});

test('a key file that others can read is replaced by a private one', async () => {
  const folder = folderOf({ 'slipway/config.json': '{"api_key": "sk_old"}' });
  const file = join(folder, 'slipway/config.json');
  chmodSync(file, 0o644);
  expect((await login(folder, 'sk_new')).exit).toBe('done');
  expect([permissions(file), readdirSync(join(folder, 'slipway'))]).toEqual(['600', ['config.json']]);
});

test('a rejected key does not replace the stored one', async () => {
  const folder = folderOf({ 'slipway/config.json': '{"api_key": "sk_old"}' });
  const refusal = { success: false, error: { message: 'The API key is not valid', type: 'UnauthorizedError' } };
  const { exit } = await login(folder, 'sk_wrong', { status: 401, body: refusal });
  expect([exit, readFileSync(join(folder, 'slipway/config.json'), 'utf8')]).toEqual([
    'denied',
    '{"api_key": "sk_old"}',
  ]);
});

test.each([
  ['another credential', 'pk_123', '✗ this is not an API key\n  fix      Use a key that starts with sk_.\n'],
  [
    'a key with a line break',
    'sk_1\n2',
    '✗ the API key contains a line break at position 5\n  fix      Copy the key again, without quotes and line breaks.\n',
  ],
])('%s is neither sent nor stored', async (_, apiKey, message) => {
  const folder = folderOf({});
  const { exit, requests, stderr } = await login(folder, apiKey);
  expect([exit, stderr, requests, readdirSync(folder)]).toEqual(['usage', message, 0, []]);
});

test('a key that cannot be stored is an error with the file and the fix', async () => {
  const folder = join(folderOf({ file: '' }), 'file');
  const { exit, stderr } = await login(folder, 'sk_new');
  expect([exit, stderr]).toEqual([
    'failed',
    `✗ cannot write ${folder}/slipway/config.json: not a folder\n  fix      Give your user access to ${folder}/slipway, or set XDG_CONFIG_HOME to another folder for all commands.\n`,
  ]);
});

test('slipway logout does not claim to have removed a key that it cannot remove', async () => {
  const folder = folderOf({ 'slipway/config.json/file': '' });
  const { exit, stderr } = await inProcess(['logout'], { XDG_CONFIG_HOME: folder });
  expect([exit, stderr.split('\n')[0]]).toEqual(['failed', expect.stringContaining('config.json')]);
});

test('slipway logout removes the stored key', async () => {
  const folder = folderOf({ 'slipway/config.json': '{"api_key": "sk_old"}' });
  mkdirSync(join(folder, 'state'));
  const environment = { XDG_CONFIG_HOME: folder, SLIPWAY_STATE: join(folder, 'state') };
  expect((await inProcess(['logout'], environment)).stdout).toBe('✓ removed the stored API key\n');
  expect(existsSync(join(folder, 'slipway/config.json'))).toBe(false);
  expect((await inProcess(['logout'], environment)).stdout).toBe('✓ no API key was stored\n');
});

test.each([
  ['on your machine', {}, 'Run `slipway login`'],
  ['in a job on GitHub', { GITHUB_ACTIONS: 'true' }, 'Give the job the permission `id-token: write`'],
  ['in a job on GitLab', { GITLAB_CI: 'true' }, 'Give the job an `id_tokens` entry named SLIPWAY_ID_TOKEN'],
])('a command without a key says how to get one %s', async (_where, environment, hint) => {
  const { exit, stderr } = await inProcess(['list'], { SLIPWAY_BASE_URL: 'http://127.0.0.1:9', ...environment });
  expect([exit, stderr]).toEqual(['denied', expect.stringContaining(hint)]);
});
