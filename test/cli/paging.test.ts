// Tests that every list has the same options and the same JSON: `--limit`, `--cursor`, `{results, pagination: {next_cursor}}` (R2).
import { expect, test } from 'vitest';
import { scriptedServer } from '../client/scripted-server.ts';
import { inProcess } from './in-process.ts';

const pagination = { limit: 2, next_cursor: 'bmV4dA' };
const page = { results: [], pagination };
const versions = { name: 'notes', active_version: '1.0.0', results: [], rollbacks: [], pagination };
const namespace = '/v1/namespaces/ns_1';

const lists: [args: string[], path: string, answer: object][] = [
  [['list', '--kind', 'extractor'], `${namespace}/plugins`, { plugins: [], next_cursor: 'bmV4dA' }],
  [['status', 'notes', '--kind', 'extractor'], `${namespace}/plugins/by-name/notes/versions`, versions],
  [['log', 'notes', '--kind', 'extractor'], `${namespace}/plugins/by-name/notes/versions`, versions],
  [['deployments', 'list'], `${namespace}/deployments`, page],
  [['namespaces', 'list'], '/v1/namespaces/list', page],
  [['keys', 'list'], '/v1/keys', page],
  [['events'], '/v1/events', page],
];

function environmentFor(url: string) {
  return {
    SLIPWAY_BASE_URL: url,
    SLIPWAY_API_KEY: 'sk_any',
    SLIPWAY_ADMIN_TOKEN: 'token',
    SLIPWAY_NAMESPACE: 'ns_1',
  };
}

test.each(lists)('a list %j accepts --limit and --cursor', async (args, path, answer) => {
  await using server = await scriptedServer({ body: answer });
  const ran = await inProcess([...args, '--limit', '2', '--cursor', 'YWJj', '--json'], environmentFor(server.url));
  const url = new URL(server.received[0]?.url ?? '', server.url);
  expect([ran.exit, ran.stderr, url.pathname, url.searchParams.get('limit'), url.searchParams.get('cursor')]).toEqual([
    'done',
    '',
    path,
    '2',
    'YWJj',
  ]);
  expect(JSON.parse(ran.stdout)).toMatchObject({ results: [], pagination: { next_cursor: 'bmV4dA' } });
});

test.each(lists)('%j ends with a note that there are more results', async (args, _, answer) => {
  await using server = await scriptedServer({ body: answer }, { body: page });
  const ran = await inProcess(args, environmentFor(server.url));
  expect(ran).toMatchObject({ exit: 'done', stderr: 'There are more results; repeat with --cursor bmV4dA\n' });
});

test.each(['0', '1001', '2.5', 'all'])('--limit %s is refused', async (limit) => {
  expect(await inProcess(['keys', 'list', '--limit', limit])).toMatchObject({
    exit: 'usage',
    stderr: expect.stringContaining('Use a whole number from 1 to 1000.'),
  });
});
