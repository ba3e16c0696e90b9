// Tests the cache of findings: scanning a plugin's next version costs only its changed files. The log line upload.stored has the
// counts.
import { describe, expect, test } from 'vitest';
import { cacheFindings, loadCachedFindings } from '../../src/scan-host/cached-findings.ts';
import { type Files, plugin } from '../support/plugins/plugin.ts';
import { confirm, uploaded } from '../support/plugins/publish.ts';
import { scene, sources } from './cached-findings.ts';

describe('scanning the next version', () => {
  test('scanning the next version costs the changed files and the files that depend on their exports', async () => {
    const { org, costOf, settled } = await scene();
    const files: Files = {
      ...sources(5),
      'leaf.py': `import os as o  # ${crypto.randomUUID()}\n`,
      'uses.py': `from leaf import o  # ${crypto.randomUUID()}\no.getcwd()\n`,
      'other.py': `from leaf import x  # ${crypto.randomUUID()}\n`,
    };
    expect(await costOf('1.0.0', files)).toEqual([10, 0]);
    expect(await costOf('1.0.1', { ...files, 'leaf.py': `import os as o\ny = "${crypto.randomUUID()}"\n` })).toEqual([
      2, 8,
    ]);
    expect(await costOf('1.0.2', { ...files, 'leaf.py': `import sys as o\ny = "${crypto.randomUUID()}"\n` })).toEqual([
      3, 7,
    ]);
    const changed = { ...files, 'leaf.py': 'import os\no = os.system\n' };
    const rejected = plugin({ version: '1.0.3', files: changed });
    const { body } = await confirm(org, await uploaded(org, rejected, rejected.zip));
    await settled();
    expect(Object(body).violations.map(({ file, name }: { file: string; name: string }) => [file, name])).toEqual([
      ['leaf.py', 'os.system'],
      ['uses.py', 'os.system'],
    ]);
  });
});

test("a plugin's cache is separate from the cache of a plugin with another kind, owner or name", async () => {
  const { org, deps } = await scene();
  const cached = { kind: 'pipeline', ownerId: org.namespaceId, name: 'twin' } as const;
  const settings = { policyVersion: '1', level: 'seed' } as const;
  await cacheFindings(deps, cached, { settings, files: new Map() });
  expect(await loadCachedFindings(deps, cached)).toEqual({ by: settings, files: {} });
  for (const other of [{ kind: 'storage' as const }, { ownerId: org.id }, { name: 'twin_2' }])
    expect(await loadCachedFindings(deps, { ...cached, ...other })).toBeUndefined();
});
