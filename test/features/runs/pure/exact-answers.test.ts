// Tests that a list of runs keeps each run's parameters as text.
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

test('each member of a list keeps its own text, if it has any, and the last of two duplicate keys counts', async () => {
  const items = ['{"parameters":{"a":2.0}}', '{}', '{"parameters":{"b":1},"parameters":{"b":-0.0}}'];
  await using server = await scriptedServer({ body: `{"results":[${items}],"pagination":{"next_cursor":null}}` });
  const { results } = await new SlipwayClient({ baseUrl: server.url }).exact(
    'get',
    '/v1/namespaces/{namespace_id}/runs',
    'results.*.parameters',
    { path: { namespace_id: 'ns_1' } },
  );
  expect(results.map(({ parameters }) => parameters?.text)).toEqual(['{"a":2.0}', undefined, '{"b":-0.0}']);
});
