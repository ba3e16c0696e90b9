// Tests that commands send a user's JSON exactly as written, and print a plugin's answer exactly as received.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { compactExactJson, exactJson, indentedExactJson } from '../../support/exact-json.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

/** JavaScript would write this answer as 12345678901234567000 and 6. */
const answer = '{"n": 12345678901234567890, "f": 6.0}';
const shownAnswer = '{\n  "n": 12345678901234567890,\n  "f": 6.0\n}\n';

async function slipway(args: readonly string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess([...args], environment);
  return { ...ran, sent: server.received.map(({ body }) => body) };
}

const extractor = ['invoke', 'notes', '--kind', 'extractor', '--no-validate', '-d', exactJson];
const go = ['invoke', 'rows', '--kind', 'storage', '--action', 'store', '-d', exactJson];
const realtime = `{"status":"success","version":"1.0.0","raw_response":${answer},"duration_ms":1}`;
const inLines = (text: string) => text.trimEnd().replaceAll('\n', '\n  ');

test.each<[string, string[], string, string]>([
  ['an extractor', extractor, realtime, `{"inputs":${exactJson}}`],
  [
    'an extractor with parameters',
    [...extractor, '--parameters', exactJson],
    realtime,
    `{"inputs":${exactJson},"parameters":${exactJson}}`,
  ],
  ['an extractor that may stream', [...extractor, '--stream'], realtime, `{"inputs":${exactJson}}`],
  ['a Go plugin', go, `{"result":${answer}}`, `{"method":"store","params":${exactJson}}`],
])('a call to %s sends its input unchanged, and prints the answer unchanged', async (_, args, body, sent) => {
  const text = await slipway(args, { body });
  expect([text.exit, text.sent, text.stdout]).toEqual(['done', [sent], shownAnswer]);
  const json = await slipway([...args, '--json'], { body });
  expect([json.exit, json.sent]).toEqual(['done', [sent]]);
  expect(json.stdout).toContain(`": ${inLines(shownAnswer)}`);
});

test('a later call sends its input unchanged', async () => {
  const body = { call_id: 'call_1', plugin: 'notes', status: 'queued' };
  const { sent } = await slipway([...extractor, '--later'], { status: 202, body });
  expect(sent).toEqual([`{"inputs":${exactJson}}`]);
});

test('a streamed value is printed as the handler yielded it, on one line', async () => {
  const lines = exactJson.replaceAll(', ', ',\ndata: ');
  const body = `event: chunk\ndata: ${lines}\n\nevent: done\ndata: {}\n\n`;
  const { exit, stdout } = await slipway([...extractor, '--stream'], {
    body,
    headers: { 'content-type': 'text/event-stream' },
  });
  expect([exit, stdout]).toEqual(['done', `${compactExactJson}\n`]);
});

test('inputs with a large integer are validated against the schema, and sent as written', async () => {
  const schema = { type: 'object', properties: { i: { type: 'integer' } }, required: ['i'] };
  const { sent } = await slipway(
    ['invoke', 'notes@1.0.0', '--kind', 'extractor', '-d', exactJson],
    { body: { plugin: { manifest: { input_schema: schema } } } },
    { body: realtime },
  );
  expect(sent).toEqual(['', `{"inputs":${exactJson}}`]);
});

test('the answer to a later call is printed unchanged', async () => {
  const body = `{"call_id":"call_1","plugin":"notes","status":"succeeded","created_at":"2026-11-20T12:00:00.000Z","answer":{"status":"success","result":${answer}}}`;
  const text = await slipway(['calls', 'show', 'call_1'], { body });
  expect(text.stdout).toContain(`"result": ${inLines(shownAnswer)}`);
  const json = await slipway(['calls', 'show', 'call_1', '--json'], { body });
  expect(json.stdout).toContain(`"result": ${inLines(inLines(shownAnswer))}`);
});

const rowsFiles: [string, string][] = [
  ['a list', `[${exactJson},\n{"data": "b"}]`],
  ['lines', `${exactJson}\n\n{"data": "b"}\n`],
];

test.each(rowsFiles)('batch test sends the rows of %s, and prints the returned rows', async (_, content) => {
  const folder = folderOf({ 'rows.json': content });
  const body = `{"status":"success","rows":[${exactJson},null],"row_errors":[],"logs":[],"error":null,"duration_ms":1}`;
  const args = ['batch', 'test', 'notes@1.0.0', '--rows', `${folder}/rows.json`, '--parameters', exactJson];
  const { exit, sent, stdout } = await slipway(args, { body });
  expect([exit, sent.at(-1), stdout]).toEqual([
    'done',
    `{"rows":[${exactJson},{"data": "b"}],"parameters":${exactJson}}`,
    `${compactExactJson}\nnull\n`,
  ]);
});

const page = (item: string) => `{"results":[${item}],"pagination":{"limit":20,"next_cursor":null}}`;

test.each<[string, string[], string, number]>([
  [
    'deployments list',
    ['deployments', 'list'],
    page(
      `{"deployment_id":"dep_1","status":"queued","serving":false,"created_at":"2026-11-20T12:00:00.000Z","parameters":${exactJson}}`,
    ),
    3,
  ],
])('the --json output of %s has the parameters as they were sent', async (_, args, body, depth) => {
  const { stdout } = await slipway([...args, '--json'], { body });
  const indent = '  '.repeat(depth);
  expect(stdout).toContain(`"parameters": ${indentedExactJson.replaceAll('\n', `\n${indent}`)}`);
});

test.each<[string, string[], string, string]>([
  [
    'enable',
    ['enable', 'notes@1.0.0', '--params', exactJson],
    '{"message":"enabled"}',
    `{"deploy":true,"params":${exactJson}}`,
  ],
])('%s sends its input unchanged', async (_, args, body, sent) => {
  expect((await slipway(args, { body })).sent).toEqual([sent]);
});

test.each([
  ['{"text": ', /^✗ --data is not JSON: .*\n.*fix .*Use --data '\{"text": "…"\}', --data @file.json, or --data -/],
  ['[1]', /^✗ --data is not a JSON object\n.*fix .*Pass an object such as \{"text": "…"\}\.\n/],
  ['null', /^✗ --data is not a JSON object\n/],
])('the data %j is refused before anything is sent', async (data, error) => {
  const { exit, sent, stderr } = await slipway(['invoke', 'notes', '-d', data]);
  expect([exit, sent, stderr]).toEqual(['usage', [], expect.stringMatching(error)]);
});
