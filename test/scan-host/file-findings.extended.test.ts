// Tests the cache of findings with moved and unchanged files, at other levels and settings, and when it cannot be read.

import { describe, expect, test } from 'vitest';
import { reusableFindings } from '../../src/scan-host/cached-findings.ts';
import { clientOf } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { type Files, plugin } from '../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { scene, sources, uniqueSource } from './cached-findings.ts';

test('a plugin whose files have too many findings together is rejected with the first ones', async () => {
  const { org } = await scene();
  const calls = 'exec(x)\n'.repeat(4000);
  const large = plugin({ files: { 'a.py': calls, 'b.py': `${calls}#`, 'c.py': `${calls}##`, 'd.py': `${calls}###` } });
  const { body } = await confirm(org, await uploaded(org, large, large.zip));
  const errors: string[] = Object(body).validation_errors;
  expect(errors).toHaveLength(10_001);
  expect(errors.filter((error) => error.includes('more than 10000 findings'))).toHaveLength(1);
});

describe('scanning the next version', () => {
  test('scanning the next version costs only its changed files: the manifest and one of many files', async () => {
    const { costOf } = await scene();
    const files = sources(20);
    expect(await costOf('1.0.0', files)).toEqual([22, 0]);
    expect(await costOf('1.0.1', { ...files, 'parts/part_7.py': uniqueSource() })).toEqual([2, 20]);
  });

  test('scanning the next version costs only the manifest if files were moved, and findings name the new paths', async () => {
    const { org, costOf, settled } = await scene();
    const content = `import pickle  # ${crypto.randomUUID()}\n`;
    expect(await costOf('1.0.0', { 'old/shapes.py': content })).toEqual([3, 0]);
    const moved = plugin({ version: '1.0.1', files: { 'new/shapes.py': content, 'new/again.py': content } });
    const { body } = await confirm(org, await uploaded(org, moved, moved.zip));
    expect(Object(body).warnings.map((warning: { file: string }) => warning.file)).toEqual([
      'new/again.py',
      'new/shapes.py',
    ]);
    await settled();
    expect(await costOf('1.0.2', { 'shapes.py': content })).toEqual([1, 2]);
  });

  test.each<[what: string, helper: string, use: string, name: string]>([
    [
      'a __getattr__ of the module',
      'import os\n__getattr__ = type(os).__getattribute__.__get__(os)\n',
      'import helper\nhelper.system("id")\n',
      'os.system',
    ],
    [
      'an __all__ that is no literal',
      'import os as _o\n__all__ = ["_" + "o"]\n',
      'from helper import *\n_o.system("id")\n',
      'os.system',
    ],
    [
      'a change of the __all__ of others',
      'def add(m, n):\n    getattr(m, "__all" + "__").append(n)\n',
      'import helper, listed\nhelper.add(listed, "_o")\nfrom listed import *\n_o.system("id")\n',
      'os.system',
    ],
  ])(
    'scanning the next version takes files into account even if it does not rescan them: %s',
    async (_, helper, use, name) => {
      const { org, costOf, settled } = await scene();
      const files: Files = {
        'helper.py': `# ${crypto.randomUUID()}\n${helper}`,
        'listed.py': `# ${crypto.randomUUID()}\nimport os as _o\n__all__ = ["a"]\n`,
      };
      expect(await costOf('1.0.0', { ...files, 'main.py': uniqueSource() })).toEqual([5, 0]);
      expect(await costOf('1.0.1', { ...files, 'main.py': uniqueSource() })).toEqual([2, 3]);
      const changed = plugin({ version: '1.0.2', files: { ...files, 'main.py': use } });
      const { body } = await confirm(org, await uploaded(org, changed, changed.zip));
      await settled();
      expect(
        Object(body).violations?.map((violation: { file: string; name: string }) => [violation.file, violation.name]),
      ).toEqual([['main.py', name]]);
    },
  );

  test('scanning the next version costs nothing if the bytes are unchanged', async () => {
    const { org, costOf } = await scene();
    const files = sources(2);
    await costOf('1.0.0', files);
    const other = await organization({ fetch: org.fetch });
    expect(await costOf('1.0.0', files, other)).toEqual([0, 4]);
  });

  test('scanning the next version costs only the fixed file after a rejection', async () => {
    const { org, costOf, settled } = await scene();
    const files = sources(5);
    const rejected = plugin({ files: { ...files, 'tables.py': 'rows = eval("1")\n' } });
    expect((await confirm(org, await uploaded(org, rejected, rejected.zip))).status).toBe(400);
    await settled();
    expect(await costOf('1.0.0', { ...files, 'tables.py': uniqueSource() })).toEqual([1, 7]);
  });
});

describe('all files are scanned', () => {
  test("all files are scanned if only another organization's plugin has them", async () => {
    const { org, costOf } = await scene();
    const files = sources(2);
    await costOf('1.0.0', files);
    const other = await organization({ fetch: org.fetch });
    expect(await costOf('1.0.1', files, other)).toEqual([4, 0]);
  });

  test('all files are scanned at another level', async () => {
    // No message about the changed policy is handled, because a concurrent rescan would store findings that the next version uses.
    const { org, costOf } = await scene({ queues: losingQueues().queues });
    const files = sources(2);
    await costOf('1.0.0', files);
    await org.put('/v1/scan-policy', { level: 'strict' });
    expect(await costOf('1.0.1', files)).toEqual([4, 0]);
    expect(await costOf('1.0.2', files)).toEqual([1, 3]);
  });

  test.each(['{"files": []}', 'cut o'])("all files are scanned if the cache can't be read: %s", async (text) => {
    const { org, deps, costOf } = await scene();
    const files = sources(2);
    await costOf('1.0.0', files);
    const { objects } = await deps.blobs.list({ prefix: `findings/files/${org.namespaceId}/` });
    expect(objects).toHaveLength(1);
    for (const { key } of objects) await deps.blobs.put(key, text);
    expect(await costOf('1.0.1', files)).toEqual([4, 0]);
  });

  test('all files are scanned with another policy version', async () => {
    const { org, costOf } = await scene();
    const older = testApp({ policyVersion: '0' });
    const files = sources(2);
    await publish({ ...org, ...clientOf(`Bearer ${org.key}`, older.fetch) }, plugin({ files }));
    await older.settled();
    expect(await costOf('1.0.1', files)).toEqual([4, 0]);
  });
});

test.each([
  ['the same settings', {}, 1],
  ['another level', { level: 'strict' as const }, 0],
  ['another policy', { policyVersion: '2' }, 0],
])('cached findings are reused only by a scan with the same settings: %s', (_with, changed, reused) => {
  const by = { policyVersion: '1', level: 'seed' as const };
  const alone = { findings: [], summary: { imports: [], stars: [], exports: [] }, roots: [], questions: [] };
  const files = { source: { alone, owned: [], linked: {} } };
  expect(reusableFindings({ by, files }, { ...by, ...changed }).size).toBe(reused);
});
