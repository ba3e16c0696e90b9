// Tests how the console makes rows of plugins from the versions that the API lists.
import { describe, expect, test } from 'vitest';
import type { components } from '../../src/client/api.gen.d.ts';
import { matchingRows, pluginRows } from '../../src/console/data/plugin-rows.ts';

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
  test('the rows of plugins have the newest live version, the latest change of any version, and the number of versions', () => {
    const rows = pluginRows(
      [
        versionOf('echo', '1.9.0', { ...live, updated_at: '2026-03-03T00:00:00.000Z' }),
        versionOf('echo', '1.10.0', { ...live, scan_verdict: 'warn' }),
        versionOf('echo', '1.11.0', { deployment_state: 'failed', scan_verdict: 'reject' }),
        versionOf('spare', '1.0.0'),
      ],
      false,
    );
    expect(
      rows.map(({ version, ...row }) => ({ ...row, version: version.version, verdict: version.scan_verdict })),
    ).toEqual([
      {
        name: 'echo',
        version: '1.10.0',
        state: 'live',
        verdict: 'warn',
        changedAt: '2026-03-03T00:00:00.000Z',
        versions: 3,
        isPartial: false,
      },
      {
        name: 'spare',
        version: '1.0.0',
        state: 'not deployed',
        verdict: 'pass',
        changedAt: '2026-03-01T00:00:00.000Z',
        versions: 1,
        isPartial: false,
      },
    ]);
  });

  test('the rows of plugins have the newest version of a plugin without a live one', () => {
    const rows = pluginRows(
      [versionOf('echo', '1.0.0', { deployment_state: 'failed' }), versionOf('echo', '1.1.0')],
      false,
    );
    expect(rows.map(({ version, state }) => [version.version, state])).toEqual([['1.1.0', 'not deployed']]);
  });

  test('the rows of plugins count the versions of a plugin on two pages together, and only the last plugin may have more', () => {
    const first = [versionOf('broken', '1.0.0'), versionOf('echo', '1.0.0', live)];
    const counted = (versions: Version[], hasNextPage: boolean) =>
      pluginRows(versions, hasNextPage).map((row) => [row.name, row.version.version, row.versions, row.isPartial]);
    expect(counted(first, true)).toEqual([
      ['broken', '1.0.0', 1, false],
      ['echo', '1.0.0', 1, true],
    ]);
    expect(counted([...first, versionOf('echo', '1.1.0', live)], false)).toEqual([
      ['broken', '1.0.0', 1, false],
      ['echo', '1.1.0', 2, false],
    ]);
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
      expect(pluginRows([versionOf('echo', '1.0.0', { deployment_state })], false)).toMatchObject([{ state }]);
    },
  );
});

test('rows match a state and a verdict, both if both are chosen, and all match no filter', () => {
  const rows = pluginRows(
    [
      versionOf('broken', '1.0.0', { deployment_state: 'failed', scan_verdict: 'warn' }),
      versionOf('echo', '1.0.0', live),
      versionOf('spare', '1.0.0', { ...live, scan_verdict: 'warn' }),
    ],
    false,
  );
  const names = (filter: Parameters<typeof matchingRows>[1]) => matchingRows(rows, filter).map(({ name }) => name);
  expect(names({})).toEqual(['broken', 'echo', 'spare']);
  expect(names({ state: 'live' })).toEqual(['echo', 'spare']);
  expect(names({ verdict: 'warn' })).toEqual(['broken', 'spare']);
  expect(names({ state: 'live', verdict: 'warn' })).toEqual(['spare']);
  expect(names({ state: 'in progress' })).toEqual([]);
});
