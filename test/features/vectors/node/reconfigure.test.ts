// Tests the request and the output of `slipway namespaces reconfigure`.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

test('slipway namespaces reconfigure prints what was added and removed', async () => {
  const body = { message: 'Added 1', vectors_added: ['text'], vectors_removed: ['old'] };
  await using server = await scriptedServer({ body, status: 200 });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ended = await inProcess(['namespaces', 'reconfigure', '-y'], environment);
  expect([ended.exit, ended.stdout]).toEqual(['done', '✓ Added 1\n  + text\n  - old\n']);
  const sent = server.received.map(({ body: text, method, url }) => [method, url, JSON.parse(text)]);
  expect(sent).toEqual([['POST', '/v1/namespaces/ns_1/plugins/reconfigure', { confirm: true }]]);
});
