// The next version of a plugin costs its changed files: what was scanned and what was known is counted in the line upload.stored.
import { describe, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { clientOf } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { type Organization, organization } from '../support/organization.ts';
import { type Files, plugin } from '../support/plugin.ts';
import { confirm, publish, uploaded } from '../support/publish.ts';

type Cost = { files_scanned: unknown; files_reused: unknown };

async function scene(swapped: Partial<Deps> = {}) {
  const stored: Cost[] = [];
  const log = {
    info: (event: string, fields: object = {}) => {
      const { files_scanned, files_reused } = Object(fields);
      if (event === 'upload.stored') stored.push({ files_scanned, files_reused });
    },
    warn: () => {},
    error: () => {},
  };
  const { deps, fetch, settled } = testApp({ log, ...swapped });
  const org = await organization({ fetch });
  /** How many sources were scanned for it, and how many were known. */
  const cost = async (version: string, files: Files, of: Organization = org): Promise<[unknown, unknown]> => {
    await publish(of, plugin({ version, files }));
    await settled();
    const { files_scanned, files_reused } = stored.at(-1) ?? {};
    return [files_scanned, files_reused];
  };
  return { org, deps, fetch, settled, cost };
}

const marked = () => `KEY = "${crypto.randomUUID()}"\n`;

function sources(count: number): Files {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`parts/part_${at}.py`, marked()]));
}

describe('the next version', () => {
  test('costs what changed: manifest and one file of many', async () => {
    const { cost } = await scene();
    const files = sources(20);
    expect(await cost('1.0.0', files)).toEqual([22, 0]);
    expect(await cost('1.0.1', { ...files, 'parts/part_7.py': marked() })).toEqual([2, 20]);
  });

  test('costs nothing but its manifest where files only moved, and their findings are told where they are now', async () => {
    const { org, cost, settled } = await scene();
    const content = `import pickle  # ${crypto.randomUUID()}\n`;
    expect(await cost('1.0.0', { 'old/shapes.py': content })).toEqual([3, 0]);
    const moved = plugin({ version: '1.0.1', files: { 'new/shapes.py': content, 'new/again.py': content } });
    const { body } = await confirm(org, await uploaded(org, moved, moved.zip));
    expect(Object(body).warnings.map((warning: { file: string }) => warning.file)).toEqual([
      'new/again.py',
      'new/shapes.py',
    ]);
    await settled();
    expect(await cost('1.0.2', { 'shapes.py': content })).toEqual([1, 2]);
  });

  test('costs what was mended after a rejection', async () => {
    const { org, cost, settled } = await scene();
    const files = sources(5);
    const bad = plugin({ files: { ...files, 'tables.py': 'rows = eval("1")\n' } });
    expect((await confirm(org, await uploaded(org, bad, bad.zip))).status).toBe(400);
    await settled();
    expect(await cost('1.0.0', { ...files, 'tables.py': marked() })).toEqual([1, 7]);
  });

  test('with the same bytes costs nothing', async () => {
    const { org, cost } = await scene();
    const files = sources(2);
    await cost('1.0.0', files);
    const other = await organization({ fetch: org.fetch });
    expect(await cost('1.0.0', files, other)).toEqual([0, 4]);
  });
});

describe('is scanned whole', () => {
  test('what another organization has in its plugin', async () => {
    const { org, cost } = await scene();
    const files = sources(2);
    await cost('1.0.0', files);
    const other = await organization({ fetch: org.fetch });
    expect(await cost('1.0.1', files, other)).toEqual([4, 0]);
  });

  test('what was found at another level', async () => {
    const { org, cost } = await scene();
    const files = sources(2);
    await cost('1.0.0', files);
    await org.put('/v1/scan-policy', { level: 'strict' });
    expect(await cost('1.0.1', files)).toEqual([4, 0]);
    expect(await cost('1.0.2', files)).toEqual([1, 3]);
  });

  test('what was found by another version of the policy', async () => {
    const { org, cost } = await scene();
    const before = testApp({ policyVersion: '0' });
    const files = sources(2);
    await publish({ ...org, ...clientOf(`Bearer ${org.key}`, before.fetch) }, plugin({ files }));
    await before.settled();
    expect(await cost('1.0.1', files)).toEqual([4, 0]);
  });

  test.each(['{"files": []}', 'cut o'])('what is kept in a form that nobody reads: %s', async (text) => {
    const { org, deps, cost } = await scene();
    const files = sources(2);
    await cost('1.0.0', files);
    const { objects } = await deps.blobs.list({ prefix: `findings/files/${org.namespaceId}/` });
    expect(objects).toHaveLength(1);
    for (const { key } of objects) await deps.blobs.put(key, text);
    expect(await cost('1.0.1', files)).toEqual([4, 0]);
  });
});
