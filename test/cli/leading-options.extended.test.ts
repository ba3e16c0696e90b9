// Tests the options allowed before the command: the server, the key, and the output format.
import { expect, test } from 'vitest';
import { scriptedServer } from '../client/scripted-server.ts';
import { inProcess } from './in-process.ts';

const page = { results: [], pagination: { next_cursor: null } };

test.each([
  ['before the command', (connection: string[]) => [...connection, 'keys', 'list']],
  ['before the subcommand', (connection: string[]) => ['keys', ...connection, 'list']],
  ['after the command', (connection: string[]) => ['keys', 'list', ...connection]],
])('connection options %s are used', async (_where, args) => {
  await using server = await scriptedServer({ body: page });
  const connection = ['--base-url', server.url, '--api-key', 'sk_flag', '--json'];
  const { exit, stdout } = await inProcess(args(connection));
  expect([exit, JSON.parse(stdout)]).toEqual(['done', { results: [], pagination: { next_cursor: null } }]);
  expect(server.received[0]?.headers.authorization).toBe('Bearer sk_flag');
});

test('an option after the command takes precedence', async () => {
  await using server = await scriptedServer({ body: page });
  const args = ['--api-key', 'sk_first', 'keys', 'list', '--api-key', 'sk_last', '--base-url', server.url];
  expect((await inProcess(args)).exit).toBe('done');
  expect(server.received[0]?.headers.authorization).toBe('Bearer sk_last');
});

test('a namespace before the command is used in the request', async () => {
  await using server = await scriptedServer({ body: page });
  const args = ['-n', 'ns_chosen', '--base-url', server.url, '--api-key', 'sk_any', 'deployments', 'list'];
  expect((await inProcess(args)).exit).toBe('done');
  expect(server.received.map(({ url }) => url)).toEqual(['/v1/namespaces/ns_chosen/deployments']);
});

test('the admin token before the command is sent', async () => {
  await using server = await scriptedServer({ body: { builders: [] } });
  const args = ['--admin-token', 'operator', '--base-url', server.url, 'builders'];
  expect((await inProcess(args)).exit).toBe('done');
  expect(server.received[0]?.headers.authorization).toBe('Bearer operator');
});

test.each([
  ['config list', ['config', 'list']],
  ['doctor', ['doctor']],
])('%s shows the server given by an option before it', async (_, words) => {
  const args = ['--base-url', 'http://127.0.0.1:1', '--json', ...words];
  const { stdout } = await inProcess(args);
  expect(stdout).toContain('http://127.0.0.1:1');
  expect(JSON.parse(stdout)).toHaveProperty('results');
});

test('a value that looks like one of these options is still a value', async () => {
  await using server = await scriptedServer({ body: {} });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  await inProcess(['rollback', 'notes', '-m', '-n is the default now', '--to', '1.0.0', '-y'], env);
  expect(server.received[0]?.url).toContain('/ns_1/');
});

test('--no-color and --no-input are accepted everywhere', async () => {
  const { exit, stderr } = await inProcess(['keys', '--no-color', 'list', '--no-input']);
  expect([exit, stderr]).toEqual(['denied', expect.stringMatching(/^✗ no API key/)]);
});

test('a command that needs no server ignores the connection options', async () => {
  const args = ['--base-url', 'http://127.0.0.1:1', '--namespace', 'ns_1', 'help', 'exit-codes'];
  expect((await inProcess(args)).exit).toBe('done');
});
