// Tests which console page `slipway open` opens.
import { expect, test } from 'vitest';
import { type Scripted, scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const link: Scripted = { body: { url: 'http://console.test/#link=sl_1' } };
const absent: Scripted = { status: 404, body: { error: { type: 'NotFoundError', message: 'Plugin not found' } } };

async function open(args: string[], ...answers: Scripted[]) {
  await using server = await scriptedServer(...answers);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return { ...(await inProcess(['open', ...args], environment)), url: server.url };
}

const upper = { body: { name: 'upper' } };

test.each<[string[], Scripted[], string]>([
  [[], [], 'http://console.test/#link=sl_1'],
  [['notes'], [{}], 'http://console.test/n/ns_1/plugins/notes#link=sl_1'],
  [['notes@1.0.0'], [{}], 'http://console.test/n/ns_1/plugins/notes/versions/1.0.0#link=sl_1'],
  [['upper', '--kind', 'storage'], [], 'http://console.test/n/ns_1/go/storage/upper#link=sl_1'],
  [['word-count', '--kind', 'pipeline'], [], 'http://console.test/n/ns_1/go/pipeline/word-count#link=sl_1'],
])('slipway open %j opens the page', async (args, before, url) => {
  const { exit, stdout } = await open(args, ...before, link);
  expect([exit, stdout]).toEqual(['done', `${url}\n`]);
});

test("the plugin's kind is detected", async () => {
  // The lookups for both kinds are sent at once, and only one finds the plugin.
  const { exit, stdout } = await open(['upper'], absent, upper, absent, link);
  expect([exit, stdout]).toEqual([
    'done',
    expect.stringMatching(/^http:\/\/console\.test\/n\/ns_1\/go\/(?:pipeline|storage)\/upper#link=sl_1\n$/),
  ]);
});

test('a missing plugin name gets a suggestion', async () => {
  const list = { body: { plugins: [{ name: 'notes', version: '1.0.0' }] } };
  const { exit, stderr } = await open(['nots'], absent, absent, absent, list, { body: [] }, { body: [] });
  expect([exit, stderr]).toEqual(['failed', expect.stringContaining('✗ Plugin not found\n  fix      ')]);
});
