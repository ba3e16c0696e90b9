// Tests that the command line follows common conventions, and which mistake it reports first.
import { expect, test } from 'vitest';
import { scriptedServer } from '../client/scripted-server.ts';
import { inProcess } from './in-process.ts';

const page = { results: [], pagination: { next_cursor: null } };

test.each(['--version', '-V', '-v', 'version'])('slipway %s prints the version', async (spelling) => {
  expect(await inProcess([spelling], {})).toMatchObject({ exit: 'done', stdout: '0.1.0\n', stderr: '' });
});

test('a mistyped option is reported before a missing option', async () => {
  const { exit, stderr } = await inProcess(['invoke', 'notes', '--dta', '{}'], {});
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining("unknown option '--dta'")]);
});

test('a missing option is reported', async () => {
  const { exit, stderr } = await inProcess(['invoke', 'notes'], {});
  expect([exit, stderr]).toEqual([
    'usage',
    "✗ required option '-d, --data <json>' not specified\n  fix      See `slipway invoke --help`.\n",
  ]);
});

test('`slipway call` calls a plugin', async () => {
  const { exit, stderr } = await inProcess(['call', 'notes'], {});
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining("required option '-d, --data <json>'")]);
});

test.each([[['deployments', 'notes'], '/v1/namespaces/ns_1/deployments']])(
  'slipway %s needs no subcommand to list',
  async (args, path) => {
    await using server = await scriptedServer({ body: page });
    const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
    expect((await inProcess(args, environment)).exit).toBe('done');
    expect(server.received[0]?.url.replace(/\?.*/, '')).toBe(path);
  },
);

test('a group without a command prints its help', async () => {
  expect((await inProcess(['keys'], {})).exit).toBe('done');
});

test.each([
  [['releases', 'strat'], 'slipway releases start', 'slipway releases list strat'],
  [['builders', 'drian'], 'slipway builders drain', undefined],
])('a mistyped command is not taken for a plugin: slipway %s', async (args, meant, listed) => {
  const { exit, stderr } = await inProcess(args, {});
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining(`Did you mean \`${meant}\`?`)]);
  expect(stderr.includes('For a plugin with this name')).toBe(listed !== undefined);
  if (listed !== undefined) expect(stderr).toContain(listed);
});

test('a command without its argument names its help', async () => {
  const { exit, stderr } = await inProcess(['completion'], {});
  expect([exit, stderr]).toEqual([
    'usage',
    "✗ missing required argument 'shell'\n  fix      See `slipway completion --help`.\n",
  ]);
});

test('a mistyped namespace is answered with the one probably meant', async () => {
  const missing = {
    success: false,
    status: 404,
    error: { message: 'Namespace not found: stagin', type: 'NotFoundError' },
  };
  const namespaces = { results: ['default', 'staging'].map((namespace_name) => ({ namespace_name })) };
  await using server = await scriptedServer({ status: 404, body: missing }, { body: namespaces });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any' };
  const { exit, stderr } = await inProcess(['deployments', 'list', '-n', 'stagin'], environment);
  expect([exit, stderr]).toEqual(['failed', expect.stringContaining('Did you mean staging?')]);
});

test('a missing namespace is reported as such if the key may not list namespaces', async () => {
  await using server = await scriptedServer(
    { status: 404, body: { error: { message: 'Namespace stagin not found' } } },
    { status: 403, body: { error: { message: 'The key lacks a scope' } } },
  );
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'stagin' };
  const { exit, stderr } = await inProcess(['deployments'], environment);
  expect([exit, stderr]).toEqual(['failed', '✗ Namespace stagin not found\n']);
});
