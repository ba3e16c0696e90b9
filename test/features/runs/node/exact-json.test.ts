// Tests that the commands of runs send and print a user's JSON as it was written, and which commands need no subcommand.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf } from '../../../cli/slipway.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';
import { exactJson, indentedExactJson } from '../../../support/exact-json.ts';

async function slipway(args: readonly string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess([...args], environment);
  return { ...ran, sent: server.received.map(({ body }) => body) };
}

const run = (parameters: string) =>
  `{"run_id":"run_1","name":"notes","version":"1.0.0","status":"queued","presigned_url":null,"max_parallel":8,"parameters":${parameters},` +
  '"rows":0,"done":0,"skipped":0,"failed":0,"output_bytes":0,"error_bytes":0,"error":null,"created_at":"2026-11-20T12:00:00.000Z",' +
  '"started_at":null,"ended_at":null}';
const page = (item: string) => `{"results":[${item}],"pagination":{"limit":20,"next_cursor":null}}`;

test('run sends its parameters as written', async () => {
  const folder = folderOf({ 'rows.jsonl': '{}\n' });
  const args = ['run', 'notes', '--input', `${folder}/rows.jsonl`, '--detach', '--parameters', exactJson];
  const { sent } = await slipway(args, { body: run('{}') });
  expect(sent).toEqual([`{"input":{"format":"jsonl","size_bytes":3},"parameters":${exactJson}}`]);
});

test("runs retry sends the failed run's parameters", async () => {
  const { sent } = await slipway(['runs', 'retry', 'run_1'], { body: run(exactJson) }, { body: run(exactJson) });
  expect(sent.at(-1)).toBe(`{"input":{"failed_of":"run_1"},"parameters":${exactJson},"max_parallel":8}`);
});

test.each<[string, string[], string, number]>([
  ['runs show', ['runs', 'show', 'run_1'], run(exactJson), 1],
  ['runs list', ['runs', 'list'], page(run(exactJson)), 3],
])('the --json output of %s has the parameters as they were sent', async (_, args, body, depth) => {
  const { stdout } = await slipway([...args, '--json'], { body });
  const indent = '  '.repeat(depth);
  expect(stdout).toContain(`"parameters": ${indentedExactJson.replaceAll('\n', `\n${indent}`)}`);
});

const nothing = { results: [], pagination: { next_cursor: null } };

test.each([
  [['runs'], '/v1/namespaces/ns_1/runs'],
  [['runs', 'notes'], '/v1/namespaces/ns_1/plugins/by-name/notes/runs'],
])('slipway %s needs no subcommand to list', async (args, path) => {
  await using server = await scriptedServer({ body: nothing });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect((await inProcess(args, environment)).exit).toBe('done');
  expect(server.received[0]?.url.replace(/\?.*/, '')).toBe(path);
});

test('a mistyped command is not taken for a plugin', async () => {
  const { exit, stderr } = await inProcess(['runs', 'sho', 'run_1'], {});
  expect([exit, stderr]).toEqual(['usage', expect.stringContaining('Did you mean `slipway runs show`?')]);
  expect(stderr).toContain('For a plugin with this name');
  expect(stderr).toContain('slipway runs list sho');
});

test('a plugin named almost like a command is listed with the whole command', async () => {
  await using server = await scriptedServer({ body: nothing });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect((await inProcess(['runs', 'list', 'shows'], environment)).exit).toBe('done');
  expect(server.received[0]?.url.replace(/\?.*/, '')).toBe('/v1/namespaces/ns_1/plugins/by-name/shows/runs');
});
