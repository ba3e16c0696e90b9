// Tests that standard output gets only the secret, and that a credential that can't be sent in a header is refused without being
// printed (D41).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../../src/cli/terminal/exit-codes.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess, slipwayInProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const key = { api_key: 'sk_secret', key_id: 'key_1', name: 'ci', scopes: ['plugins:read'] };

test.each<[string, string[], object, string]>([
  ['keys create', ['keys', 'create', 'ci', '--scopes', 'read'], key, key.api_key],
  ['keys rotate', ['keys', 'rotate', 'key_1'], key, key.api_key],
])('%s prints only the secret to standard output', async (_, args, body, secret) => {
  await using server = await scriptedServer({ body }, { body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const ran = await inProcess(args, environment);
  expect([ran.exit, ran.stdout]).toEqual(['done', `${secret}\n`]);
  expect(ran.stderr).toContain('shown only once');
  expect(ran.stderr).not.toContain(secret);
  const asJson = await inProcess([...args, '--json'], environment);
  expect([JSON.parse(asJson.stdout), asJson.stderr]).toEqual([body, '']);
});

test('a key is limited to a path, which is shown where it is created and listed', async () => {
  const limited = { ...key, prefix: 'sk_secre', status: 'active', last_used_at: null, expires_at: null };
  const path = '/v1/namespaces/ns_1/tool-sets/research';
  const results = [limited, { ...limited, path }].map((one) => ({ path: null, ...one }));
  await using server = await scriptedServer(
    { body: { ...key, path } },
    { body: { results, pagination: { next_cursor: null } } },
  );
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const created = await inProcess(['keys', 'create', 'ci', '--scopes', 'invoke', '--path', path], environment);
  expect([created.exit, created.stderr]).toEqual(['done', expect.stringContaining(`only at  ${path}`)]);
  expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ name: 'ci', scopes: ['plugins:invoke'], path });
  const { stdout } = await inProcess(['keys', 'list'], environment);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/ID +ONLY AT$/),
    expect.stringMatching(/key_1 +-$/),
    expect.stringMatching(new RegExp(`key_1 +${path}$`)),
  ]);
});

const tail = 'thatmustneverbeprinted';

test.each([
  ['a line break', `sk_\n${tail}`, 'a line break at position 4'],
  ['a carriage return', `sk_${tail}\r`, `a line break at position ${tail.length + 4}`],
  ['a curly quote', `sk_${tail}”`, `the character U+201D at position ${tail.length + 4}`],
  ['a space', `sk_ ${tail}`, 'a space at position 4'],
])('a key with %s is refused before it is used', async (_, apiKey, problem) => {
  const folder = folderOf({});
  await using server = await scriptedServer();
  // Without Go and Git, doctor doesn't try them.
  const settings = { SLIPWAY_BASE_URL: server.url, XDG_CONFIG_HOME: folder, SLIPWAY_STATE: folder, PATH: folder };
  const withKey = { env: { ...settings, SLIPWAY_API_KEY: apiKey } };
  const hint = 'Copy the key again, without quotes and line breaks. A key has only ASCII letters, digits and symbols.';
  const refusal = (origin: string) => `✗ the API key from ${origin} contains ${problem}\n  fix      ${hint}\n`;
  const ran = [
    await slipwayInProcess(['list'], withKey),
    await slipwayInProcess(['list', '--json', '--api-key', apiKey], { env: settings }),
    await slipwayInProcess(['doctor'], withKey),
    await slipwayInProcess(['config', 'list', '--origin'], withKey),
  ];
  mkdirSync(join(folder, 'slipway'));
  writeFileSync(join(folder, 'slipway/config.json'), JSON.stringify({ api_key: apiKey }));
  ran.push(await slipwayInProcess(['whoami'], { env: settings }));
  const { denied, done, failed } = exitCodes;
  expect(ran.map(({ code }) => code)).toEqual([denied, denied, failed, done, denied].map(({ code }) => code));
  expect(ran[0]?.stderr).toBe(refusal('SLIPWAY_API_KEY'));
  expect(ran[4]?.stderr).toBe(refusal(join(folder, 'slipway/config.json')));
  for (const { stderr, stdout } of ran) expect(`${stdout}${stderr}`).not.toContain(tail);
  expect(server.received.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});
