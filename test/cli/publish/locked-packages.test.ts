// Tests the output of `slipway show` and `slipway diff` for locked and installed packages, and their known vulnerabilities.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

async function run(args: string[], ...answers: object[]) {
  await using server = await scriptedServer(...answers.map((body) => ({ body })));
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stderr, stdout } = await inProcess(args, environment);
  expect([exit, stderr, server.answers]).toEqual(['done', '', []]);
  return stdout;
}

const record = (id: string, name: string, fixed: string) => ({
  id,
  summary: `about ${name}`,
  affected: [
    {
      package: { ecosystem: 'PyPI', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
    },
  ],
});
const records = [record('PYSEC-1', 'Pillow', '12.0.0'), record('PYSEC-2', 'numpy', '2.0.0')];
const advisories = () => join(folderOf({ 'osv.json': JSON.stringify(records) }), 'osv.json');

const plugin = {
  ...{ plugin_id: 'notes_1_0_0', name: 'notes', version: '1.0.0', description: null, feature_uri: 'mixpeek://notes' },
  ...{ deployed: false, deployed_at: null, created_at: '2026-11-20T12:00:00.000Z', message: null },
  ...{ yanked: null, deprecated: null, quarantined: null },
  advisories: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
  ...{ size_bytes: 2048, code_hash: 'ab12', files_sha256: 'ef56', permissions: { requested: null, missing: null } },
  manifest: { category: 'text', features: [], dependencies: ['numpy>=2', 'pillow>=11'] },
};
const details = [
  'plugin        notes 1.0.0',
  'id            notes_1_0_0',
  'description   -',
  'feature uri   mixpeek://notes',
  'deployed      not deployed',
  'published     2026-11-20 12:00:00Z',
  'message       -',
  'size          2048 bytes',
  'sha256        ab12',
  'files sha256  ef56',
  'category      text',
  'features      -',
  'dependencies  numpy>=2, pillow>=11',
];
const lock = {
  digest: 'cd34',
  packages: [
    { name: 'numpy', version: '2.4.6', marker: "python_full_version < '3.12'" },
    { name: 'numpy', version: '2.5.5', marker: "python_full_version >= '3.12'" },
    { name: 'pillow', version: '11.3.0', marker: null },
  ],
};
const installed = { python: '3.12', platform: 'x86_64-manylinux_2_36', files: 1787, size_bytes: 94_693_488 };

test('slipway show prints a lock, an environment and advisories', async () => {
  const environment = { lock, environments: [installed] };
  const stdout = await run(['show', 'notes@1.0.0', '--advisories', advisories()], { plugin }, environment);
  expect(stdout.split('\n')).toEqual([
    ...details,
    "locked        numpy 2.4.6 (python_full_version < '3.12'), numpy 2.5.5 (python_full_version >= '3.12'), pillow 11.3.0",
    'installed     Python 3.12, x86_64-manylinux_2_36: 94.7 MB in 1787 files',
    '! pillow 11.3.0: PYSEC-1, about Pillow (fixed in 12.0.0)',
    '',
  ]);
});

test('slipway show prints no packages before the first deployment', async () => {
  const stdout = await run(['show', 'notes@1.0.0'], { plugin }, { lock: null, environments: [] });
  expect(stdout.split('\n')).toEqual([...details, 'locked        at the first realtime deployment', '']);
});

const diff = {
  ...{ v1: '1.0.0', v2: '1.1.0', identical: false },
  files: [{ path: 'requirements.txt', status: 'modified', hidden: null, additions: 1, deletions: 1, diff: '' }],
  summary: { files_changed: 1, additions: 1, deletions: 1 },
  permissions: [],
  dependencies: [{ name: 'pillow', v1: '>=11', v2: '>=12' }],
  packages: [
    { name: 'numpy', v1: '2.4.6', v2: '1.26.4' },
    { name: 'pillow', v1: '11.3.0', v2: '12.0.0' },
    { name: 'six', v1: null, v2: '1.16.0' },
  ],
  findings: { introduced: [], fixed: [], unchanged: [] },
};

test('slipway diff shows added and changed packages, and advisories', async () => {
  const stdout = await run(['diff', 'notes', '1.0.0..1.1.0', '--stat', '--advisories', advisories()], diff);
  expect(stdout.split('\n')).toEqual([
    'M  requirements.txt  +1 -1',
    'dependencies',
    'pillow  >=11 → >=12',
    'packages',
    'numpy   2.4.6 → 1.26.4',
    'pillow  11.3.0 → 12.0.0',
    'six     (none) → 1.16.0',
    '1.0.0 → 1.1.0: 1 file changed, +1 -1',
    'findings: 0 introduced, 0 fixed, 0 unchanged',
    '✗ introduced: numpy 1.26.4: PYSEC-2, about numpy (fixed in 2.0.0)',
    '✓ fixed: pillow 11.3.0: PYSEC-1, about Pillow (fixed in 12.0.0)',
    '',
  ]);
});

test('slipway diff says that there is nothing to compare until both versions have a lock', async () => {
  const stdout = await run(['diff', 'notes', '1.0.0..1.1.0', '--stat'], { ...diff, packages: null });
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    'M  requirements.txt  +1 -1',
    'dependencies',
    'pillow  >=11 → >=12',
    '1.0.0 → 1.1.0: 1 file changed, +1 -1',
  ]);
});
