// The console's pages of runs.
import { SlipwayClient } from '../../../../src/client/client.ts';
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'plugin-runs', path: '/n/{namespace}/plugins/echo/runs', shown: '4 of 4', command: 'runs list echo' },
  { name: 'runs', path: '/n/{namespace}/runs', shown: '4 of 4', command: 'runs list' },
  { name: 'run', path: '/n/{namespace}/runs/{run}', shown: 'AttributeError', command: 'runs show {run}' },
];

/** Three rows, one of which can't be counted. */
const rows = [{ text: 'one' }, { text: 'one and two' }, { text: 3 }, { text: 'the last row' }];

/** Creates a run with a failed row. Resolves when it has ended. */
export const ids: FeaturePages['ids'] = async ({ local }) => {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const path = { namespace_id: local.namespace_id, slug: 'echo' };
  const { run_id } = await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs', {
    path,
    body: { input: { rows } },
  });
  const of = { namespace_id: local.namespace_id, run_id };
  for await (const _ of client.events('/v1/namespaces/{namespace_id}/runs/{run_id}/events', { path: of }));
  return { run: run_id };
};
