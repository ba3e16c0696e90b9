// Tests which plugins a namespace's overview counts as failing, and in which order it lists them.
import { expect, test } from 'vitest';
import type { components } from '../../src/client/api.gen.d.ts';
import { failingPlugins } from '../../src/console/data/failing-plugins.ts';

type Overview = components['schemas']['PluginOverview'];

function overviewOf(name: string, fields: Partial<Overview> = {}): Overview {
  return {
    name,
    kind: 'extractor',
    source: 'namespace',
    state: 'live',
    live_version: '1.1.0',
    active_version: '1.1.0',
    verdict: 'pass',
    newest_deployment: { deployment_id: 'dep_1', status: 'promoted', version: '1.1.0' },
    calls: 100,
    errors: 5,
    release: null,
    live_calls: { since: '2026-03-05T09:00:00.000Z', calls: 100, errors: 5, invalid_inputs: 0 },
    p95_ms: 20,
    calls_by_hour: [],
    ...{ calls_30d: 100, callers_30d: 1, downloads_30d: 0, calls_by_day: [], last_called_at: null },
    changed: null,
    ...fields,
  };
}

const failed = { deployment_id: 'dep_2', status: 'failed', version: '1.2.0' } as const;

const down = { state: 'failed', live_version: null, live_calls: null, newest_deployment: failed } as const;

test.each<[string, Partial<Overview>]>([
  ['answers all but a few calls', {}],
  ['was never deployed', { state: 'not_deployed', newest_deployment: null, calls: 0, errors: 0 }],
  [
    'answers since a rollback left the version that failed',
    {
      calls: 1000,
      errors: 900,
      live_calls: { since: '2026-03-05T09:00:00.000Z', calls: 0, errors: 0, invalid_inputs: 0 },
    },
  ],
  ['is being deployed for the first time', { state: 'deploying', calls: 0, errors: 0 }],
])('a plugin that %s does not count as failing', (_what, fields) => {
  expect(failingPlugins([overviewOf('fine', fields)])).toEqual([]);
});

test('the plugin with the most affected calls comes first, and plugins without affected calls come last', () => {
  const found = failingPlugins([
    overviewOf('updated', { newest_deployment: failed }),
    overviewOf('rejected', { verdict: 'reject' }),
    overviewOf('never served', { ...down, calls: 0, errors: 0 }),
    overviewOf('erring', {
      live_calls: { since: '2026-03-05T09:00:00.000Z', calls: 1000, errors: 51, invalid_inputs: 0 },
    }),
    overviewOf('down', { ...down, calls: 60 }),
    overviewOf('worst', {
      live_calls: { since: '2026-03-05T09:00:00.000Z', calls: 141, errors: 141, invalid_inputs: 0 },
    }),
  ]);
  expect(found.map(({ plugin, state, effect, deployment }) => [plugin.name, state, effect, deployment])).toEqual([
    ['worst', 'Failing', '141 of 141 calls to 1.1.0 failed.', null],
    ['down', 'Failed', 'No version is live.', 'dep_2'],
    ['erring', 'Failing', '51 of 1,000 calls to 1.1.0 failed.', null],
    ['never served', 'Failed', 'No version is live.', 'dep_2'],
    ['rejected', 'Rejected', 'The scan now rejects it; live versions stay live.', null],
    ['updated', 'Update failed', '1.2.0 failed; 1.1.0 stays live.', 'dep_2'],
  ]);
});
