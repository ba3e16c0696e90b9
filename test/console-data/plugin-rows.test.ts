// Tests how the console makes rows of plugins from the versions that the API lists.
import { describe, expect, test } from 'vitest';
import type { components } from '../../src/client/api.gen.d.ts';
import { type ListedPlugin, matchingPlugins, type PluginFilter } from '../../src/console/data/listed-plugins.ts';
import { pluginRows } from '../../src/console/data/plugin-rows.ts';

type Version = components['schemas']['PluginListItem'];

function versionOf(name: string, version: string, fields: Partial<Version> = {}): Version {
  return {
    plugin_id: `${name}_${version.replaceAll('.', '_')}`,
    name,
    version,
    description: null,
    deployed: false,
    deployment_state: null,
    validation_status: 'passed',
    scan_verdict: 'pass',
    feature_uri: `mixpeek://${name}@${version}`,
    source: 'namespace',
    created_at: '2026-03-01T00:00:00.000Z',
    updated_at: '2026-03-01T00:00:00.000Z',
    ...fields,
  };
}

const live = { deployed: true, deployment_state: 'promoted' } as const;

describe('the rows of plugins', () => {
  test('the rows of plugins have the newest live version and the latest change of any version', () => {
    const rows = pluginRows([
      versionOf('echo', '1.9.0', { ...live, updated_at: '2026-03-03T00:00:00.000Z' }),
      versionOf('echo', '1.10.0', { ...live, scan_verdict: 'warn' }),
      versionOf('echo', '1.11.0', { deployment_state: 'failed', scan_verdict: 'reject' }),
      versionOf('spare', '1.0.0'),
    ]);
    expect(
      rows.map(({ version, ...row }) => ({ ...row, version: version.version, verdict: version.scan_verdict })),
    ).toEqual([
      {
        name: 'echo',
        version: '1.10.0',
        state: 'live',
        verdict: 'warn',
        changedAt: '2026-03-03T00:00:00.000Z',
      },
      {
        name: 'spare',
        version: '1.0.0',
        state: 'not deployed',
        verdict: 'pass',
        changedAt: '2026-03-01T00:00:00.000Z',
      },
    ]);
  });

  test('the rows of plugins have the newest version of a plugin without a live one', () => {
    const rows = pluginRows([versionOf('echo', '1.0.0', { deployment_state: 'failed' }), versionOf('echo', '1.1.0')]);
    expect(rows.map(({ version, state }) => [version.version, state])).toEqual([['1.1.0', 'not deployed']]);
  });

  test.each([
    [null, 'not deployed'],
    ['queued', 'in progress'],
    ['claimed', 'in progress'],
    ['building', 'in progress'],
    ['starting', 'in progress'],
    ['verifying', 'in progress'],
    ['ready', 'in progress'],
    ['promoted', 'not deployed'],
    ['failed', 'failed'],
    ['superseded', 'not deployed'],
    ['cancelled', 'not deployed'],
    ['stopped', 'not deployed'],
  ] as const)(
    'the state of a version that is not live, after a deployment that is %s, is %s',
    (deployment_state, state) => {
      expect(pluginRows([versionOf('echo', '1.0.0', { deployment_state })])).toMatchObject([{ state }]);
    },
  );
});

function listed(kind: ListedPlugin['kind'], name: string, fields: Partial<ListedPlugin> = {}): ListedPlugin {
  return {
    kind,
    name,
    version: '1.0.0',
    state: 'live',
    stateText: 'live',
    changedAt: '2026-03-01T00:00:00.000Z',
    ...fields,
  };
}

test('plugins match a kind, a part of the name, a state and a verdict, all that are chosen, and all match no filter', () => {
  const plugins = [
    listed('extractor', 'broken', { state: 'failed', verdict: 'warn' }),
    listed('extractor', 'Echo', { verdict: 'pass' }),
    listed('pipeline', 'spare'),
    listed('agent', 'weather', { state: 'failed' }),
  ];
  const names = (filter: PluginFilter) => matchingPlugins(plugins, filter).map(({ name }) => name);
  expect(names({})).toEqual(['broken', 'Echo', 'spare', 'weather']);
  expect(names({ kind: 'extractor' })).toEqual(['broken', 'Echo']);
  expect(names({ name: 'EC' })).toEqual(['Echo']);
  expect(names({ state: 'failed' })).toEqual(['broken', 'weather']);
  expect(names({ verdict: 'pass' })).toEqual(['Echo']);
  expect(names({ kind: 'agent', state: 'failed' })).toEqual(['weather']);
  expect(names({ state: 'in progress' })).toEqual([]);
});
