// Tests that the client sends and returns users' JSON exactly as written.
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { JsonText, writeJson } from '../../src/core/json/text.ts';
import { exactJson } from '../support/exact-json.ts';
import { scriptedServer } from './scripted-server.ts';

const call = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime';
const path = { namespace_id: 'ns_1', slug: 'notes' };

test('the client sends the given text, and returns the text of the answer', async () => {
  await using server = await scriptedServer({ body: `{"status":"success","raw_response":${exactJson},"version":"1"}` });
  const client = new SlipwayClient({ baseUrl: server.url });
  const body = { inputs: new JsonText(exactJson) };
  const answer = await client.exact('post', call, 'raw_response', { path, body });
  expect(server.received[0]?.body).toBe(`{"inputs":${exactJson}}`);
  expect([answer.version, answer.raw_response?.text]).toEqual(['1', exactJson]);
  expect(writeJson(answer)).toBe(`{"status":"success","raw_response":${exactJson},"version":"1"}`);
});

test('each row in a list keeps its own text and position, and null stays null', async () => {
  await using server = await scriptedServer({ body: `{"rows":[null,{"a":2.0},null,{"a":[{}]}],"error":null}` });
  const answer = await new SlipwayClient({ baseUrl: server.url }).exact(
    'post',
    '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/batch/test',
    'rows.*',
    { path: { namespace_id: 'ns_1', plugin_id: 'notes_1' }, body: { rows: [new JsonText('{}')] } },
  );
  expect(answer.rows.map((row) => row?.text)).toEqual([undefined, '{"a":2.0}', undefined, '{"a":[{}]}']);
});

test('an answer sent instead of a stream keeps its text', async () => {
  await using server = await scriptedServer({ body: `{"raw_response":${exactJson}}` });
  const client = new SlipwayClient({ baseUrl: server.url });
  const answered = await client.stream(call, 'raw_response', { path, body: { inputs: {} } });
  expect('answer' in answered && answered.answer.raw_response?.text).toBe(exactJson);
});
