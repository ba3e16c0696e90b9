// Tests `slipway show --openapi`, which prints a plugin's OpenAPI document.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const environmentOf = (url: string) => ({
  SLIPWAY_BASE_URL: url,
  SLIPWAY_API_KEY: 'sk_any',
  SLIPWAY_NAMESPACE: 'ns_1',
});

test('slipway show prints the document of the version that serves the name', async () => {
  const document = { openapi: '3.1.0', info: { title: 'boxes', version: '1.0.0' } };
  await using server = await scriptedServer({ body: document }, { body: document });
  const environment = environmentOf(server.url);
  const { exit, stdout } = await inProcess(['show', 'boxes', '--openapi'], environment);
  expect([exit, stdout]).toEqual(['done', `${JSON.stringify(document, null, 2)}\n`]);
  expect(server.received.map(({ url }) => url)).toEqual(['/v1/namespaces/ns_1/plugins/by-name/boxes/openapi.json']);
  const asJson = await inProcess(['show', 'boxes', '--openapi', '--json'], environment);
  expect(JSON.parse(asJson.stdout)).toEqual(document);
});

test('slipway show refuses a version with --openapi', async () => {
  const { exit, stderr } = await inProcess(['show', 'boxes@1.0.0', '--openapi'], environmentOf('http://127.0.0.1:9'));
  expect([exit, stderr]).toEqual([
    'usage',
    expect.stringContaining('--openapi describes the version that serves the name'),
  ]);
});
