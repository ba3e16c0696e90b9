// Tests terminal-specific behavior: how a question ends without an answer, and hidden input. confirmation.extended.test.ts covers the
// commands that ask.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../client/scripted-server.ts';
import { withAnswers } from './at-terminal.ts';
import { folderOf } from './slipway.ts';

const current = { git_ref: 'v2', version: '22', active: true, serves_name: true };
const previous = { git_ref: 'v1', version: '11', active: false, serves_name: false };
const installed = {
  name: 'upper',
  active_version: '22',
  serving_version: '22',
  results: [current, previous],
  rollback_skipped: [],
  rollbacks: [],
  rollback_targets: ['11'],
};
const noFiles = { v1: 'v2', v2: 'v1', identical: true, files: [], placement: null, placement_reason: null };
const rolledBack = { active_version: '11', deployment_id: null, traffic: 'serving', message: '' };

async function scene(...answers: Scripted[]) {
  const server = await scriptedServer(...answers);
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return { server, env, written: () => server.received.filter(({ method }) => method !== 'GET').length };
}

test('a question is written to the terminal, and the result to standard output', async () => {
  const found = [{ namespace_id: 'ns_1' }, installed, { results: [] }, noFiles];
  const { env, server, written } = await scene(...[...found, rolledBack].map((body) => ({ body })));
  await using _ = server;
  const question = 'Roll upper back from v2 (22) to v1 (11)? [y/N] ';
  const args = ['rollback', 'upper', '--kind', 'pipeline'];
  const { code, shown, stdout } = await withAnswers([[question, 'y\r']], args, env);
  expect([code, written(), shown]).toEqual([
    0,
    1,
    `upper v2 (22) → v1 (11): moves calls to the name; versions, files and data stay\n  v2 and v1 have the same files\n${question}y\n`,
  ]);
  expect(stdout).toMatch(/^✓ rolled upper back from v2 \(22\) to v1 \(11\) in .*\n {2}call {5}.*\n$/);
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
  const own = { HOME: folderOf({}), SLIPWAY_BASE_URL: env.SLIPWAY_BASE_URL };
  const { code, shown } = await withAnswers([['hidden): ', 'sk_secret\r']], ['login'], own);
  expect([code, shown]).toEqual([0, 'API key (sk_…, input hidden): \n']);
  expect(server.received[0]?.headers.authorization).toBe('Bearer sk_secret');
});
