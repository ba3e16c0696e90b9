// Tests terminal-specific behavior: how a question ends without an answer, and hidden input. confirmation.test.ts covers the commands
// that ask.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../client/scripted-server.ts';
import { withAnswers } from './at-terminal.ts';
import { folderOf } from './slipway.ts';

const installed = {
  name: 'upper',
  results: [{ git_ref: 'v2', git_commit_hash: '22', active: true, serves_name: true }],
  rollback_targets: [{ git_ref: 'v1', git_commit_hash: '11' }],
};

async function scene(...answers: Scripted[]) {
  const server = await scriptedServer(...answers);
  const env = {
    SLIPWAY_BASE_URL: server.url,
    SLIPWAY_API_KEY: 'sk_any',
    SLIPWAY_NAMESPACE: 'ns_1',
    HOME: folderOf({}),
  };
  return { server, env, written: () => server.received.filter(({ method }) => method !== 'GET').length };
}

test('a question is written to the terminal, and the result to standard output', async () => {
  const { env, server, written } = await scene({ body: installed }, { body: installed.rollback_targets[0] });
  await using _ = server;
  const question = 'Roll upper back from v2 (22) to v1 (11)? [y/N] ';
  const args = ['rollback', 'upper', '--kind', 'pipeline'];
  const { code, shown, stdout } = await withAnswers([[question, 'y\r']], args, env);
  expect([code, written(), shown]).toEqual([
    0,
    1,
    `upper v2 (22) → v1 (11): starts the stored executable without fetching from Git\n${question}y\n`,
  ]);
  expect(stdout).toMatch(/^✓ rolled upper back from v2 \(22\) to v1 \(11\) in .*\n$/);
});

test.each([
  ['Ctrl-D', '\u0004', 1, 'cancelled; nothing was changed'],
  ['Ctrl-C', '\u0003', 130, 'interrupted'],
])('%s during the question changes nothing', async (_, keys, exit, message) => {
  const { env, server } = await scene();
  await using _server = server;
  const { code, shown, stdout } = await withAnswers([['[y/N] ', keys]], ['delete', 'notes@1.0.0'], env);
  expect([code, stdout, server.received]).toEqual([exit, '', []]);
  expect(shown).toBe(`Delete notes 1.0.0? [y/N] \n✗ ${message}\n`);
});

test('--no-input never asks', async () => {
  const { env, server } = await scene();
  await using _ = server;
  const { code, shown } = await withAnswers([], ['delete', 'notes@1.0.0', '--no-input'], env);
  expect([code, server.received]).toEqual([2, []]);
  expect(shown).toMatch(/^✗ confirmation required: Delete notes 1\.0\.0\n/);
});

test('--yes does not ask', async () => {
  const { env, server, written } = await scene({});
  await using _ = server;
  const { code, shown } = await withAnswers([], ['delete', 'notes@1.0.0', '--yes'], env);
  expect([code, written(), shown]).toEqual([0, 1, '']);
});

test.each([
  ['the name', 'staging\r', 0, 1],
  ['y', 'y\r', 2, 0],
])("namespaces delete asks for the namespace's name: %s", async (_, keys, exit, writes) => {
  const { env, server, written } = await scene({ body: { message: 'Deleted' } });
  await using _server = server;
  const args = ['namespaces', 'delete', 'staging'];
  const { code } = await withAnswers([['Type its name to confirm: ', keys]], args, env);
  expect([code, written()]).toEqual([exit, writes]);
});

test('slipway login does not display the typed key', async () => {
  const { env, server } = await scene({ body: { results: [] } });
  await using _ = server;
  const { HOME, SLIPWAY_BASE_URL } = env;
  const { code, shown } = await withAnswers([['hidden): ', 'sk_secret\r']], ['login'], { HOME, SLIPWAY_BASE_URL });
  expect([code, shown]).toEqual([0, 'API key (sk_…, input hidden): \n']);
  expect(server.received[0]?.headers.authorization).toBe('Bearer sk_secret');
});
