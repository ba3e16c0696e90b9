// Tests what `slipway secrets` sends.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { slipway } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

test.each([
  ['one line break at the end', ' \tkey with spaces \n', ' \tkey with spaces '],
  ['one line break of Windows', 'key\r\n', 'key'],
  ['no more than that', '\nkey \n\n', '\nkey \n'],
])('secrets set removes %s from its input', async (_, input, value) => {
  await using server = await scriptedServer({ body: { name: 'TOKEN', revision: 1 } });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect(await slipway(['secrets', 'set', 'TOKEN'], { env, input })).toMatchObject({ code: 0, stderr: '' });
  expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([{ value }]);
});

test.each([
  [[], 'false'],
  [['--force'], 'true'],
])('secrets delete with %j sends force=%s', async (more, force) => {
  await using server = await scriptedServer({ body: { name: 'TOKEN' } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect((await inProcess(['secrets', 'delete', 'TOKEN', '--yes', ...more], environment)).exit).toBe('done');
  expect(server.received.map(({ method, url }) => [method, url])).toEqual([
    ['DELETE', `/v1/namespaces/ns_1/secrets/TOKEN?force=${force}`],
  ]);
});

test('the list of secrets accepts --limit and --cursor', async () => {
  const pagination = { limit: 2, next_cursor: 'bmV4dA' };
  await using server = await scriptedServer({ body: { results: [], pagination } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { stdout } = await inProcess(['secrets', 'list', '--limit', '2', '--cursor', 'YWJj', '--json'], environment);
  expect(server.received.map(({ url }) => url)).toEqual(['/v1/namespaces/ns_1/secrets?limit=2&cursor=YWJj']);
  expect(JSON.parse(stdout).pagination.next_cursor).toBe('bmV4dA');
});

test('a deletion without a terminal requires --yes', async () => {
  await using server = await scriptedServer();
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr } = await inProcess(['secrets', 'delete', 'TOKEN'], environment);
  expect(exit).toBe('usage');
  expect(stderr).toContain('✗ confirmation required: Delete the secret TOKEN\n');
  expect(server.received).toEqual([]);
});
