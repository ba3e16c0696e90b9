// Tests how the console builds plugin rows from the versions returned by the API.
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
    stage: null,
    ...{ yanked: null, deprecated: null, quarantined: null },
    feature_uri: `mixpeek://${name}@${version}`,
    source: 'namespace',
    created_at: '2026-03-01T00:00:00.000Z',
    updated_at: '2026-03-01T00:00:00.000Z',
    ...fields,
  };
}

const live = { deployed: true, deployment_state: 'promoted' } as const;

type Overview = components['schemas']['PluginOverview'];

function overviewOf(fields: Partial<Overview>): Overview {
  return {
    ...{ name: 'echo', kind: 'extractor', source: 'namespace', state: 'live', live_version: '1.9.0' },
    ...{ active_version: '1.9.0', verdict: 'pass', newest_deployment: null, calls: 0, errors: 0, p95_ms: null },
    ...{ live_calls: null, release: null, calls_by_hour: [], changed: null },
    ...{ calls_30d: 0, callers_30d: 0, downloads_30d: 0, calls_by_day: [], last_called_at: null },
    ...fields,
  };
}

const overviews = (...found: Overview[]) => new Map(found.map((one) => [`${one.kind} ${one.name}`, one]));

describe('plugin rows', () => {
  test("a plugin's row has the live version, even if a newer version is on standby, and the latest change to any version", () => {
    const rows = pluginRows(
      [
        versionOf('echo', '1.9.0', { ...live, updated_at: '2026-03-03T00:00:00.000Z' }),
        versionOf('echo', '1.10.0', { ...live, scan_verdict: 'warn' }),
        versionOf('spare', '1.0.0'),
      ],
      overviews(overviewOf({}), overviewOf({ name: 'spare', state: 'not_deployed', live_version: null })),
    );
    expect(rows.map(({ version, ...row }) => ({ ...row, version: version.version }))).toEqual([
      { name: 'echo', version: '1.9.0', liveVersion: '1.9.0', state: 'live', changedAt: '2026-03-03T00:00:00.000Z' },
      {
        ...{ name: 'spare', version: '1.0.0', liveVersion: null, state: 'not deployed' },
        changedAt: '2026-03-01T00:00:00.000Z',
      },
    ]);
  });

  test('the row of a plugin with failing calls says so', () => {
    const failing = overviewOf({
      live_calls: { since: '2026-03-03T00:00:00.000Z', calls: 9, errors: 5, invalid_inputs: 0 },
    });
    expect(pluginRows([versionOf('echo', '1.9.0', live)], overviews(failing))).toMatchObject([{ state: 'failing' }]);
  });

  test("the row of a plugin without an overview shows its newest version's state", () => {
    const rows = pluginRows([versionOf('echo', '1.0.0', live), versionOf('echo', '1.1.0')], new Map());
    expect(rows).toMatchObject([{ state: 'not deployed', liveVersion: null }]);
  });
});

function listed(kind: ListedPlugin['kind'], name: string, fields: Partial<ListedPlugin> = {}): ListedPlugin {
  return {
    kind,
    name,
    liveVersion: '1.0.0',
    state: 'live',
    stateText: 'live',
    changedAt: '2026-03-01T00:00:00.000Z',
    ...fields,
  };
}

test('plugins are filtered by kind, part of the name, state and verdict in combination, and an empty filter matches all of them', () => {
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
  expect(names({ state: 'deploying' })).toEqual([]);
});
