// Relocks versions over HTTP: the proposal, and the version that is published from it. The builder resolves to what each test says.
import { expect, test } from 'vitest';
import { advisories, advisoryPackages } from '../../../src/db/schema/advisories.ts';
import { digestOf, relocking } from '../../support/plugins/relocking.ts';

test('a proposal lists changed packages and advisories, and is published as the next patch with the same archive and that lock', async () => {
  const r = await relocking({ words: '1.0', base: '1.0', risky: '1.0' });
  r.resolveTo(() => ({ words: '1.1', base: '1.0', risky: '1.1', fresh: '1.0' }));
  const about = { words: ['1.0'], risky: ['1.0', '1.1'], fresh: ['1.0'] };
  for (const [name, versions] of Object.entries(about)) {
    const row = { id: `PYSEC-${name}`, aliases: [], severity: 'high' as const, summary: name, digest: name };
    await r.db.insert(advisories).values({ ...row, matchDue: false, modifiedAt: 0, updatedAt: 0 });
    await r.db
      .insert(advisoryPackages)
      .values({ advisoryId: row.id, ecosystem: 'PyPI', name, affected: { ranges: [], versions } });
  }
  const { status, body } = await r.propose();
  const known = (name: string, version: string) => [
    { advisory_id: `PYSEC-${name}`, severity: 'high', package: `pkg:pypi/${name}@${version}`, fixed_in: null },
  ];
  expect([status, body]).toEqual([
    200,
    {
      success: true,
      plugin_id: 'words_ext_1_0_0',
      name: 'words_ext',
      version: '1.0.0',
      digest: expect.any(String),
      packages: [
        { name: 'fresh', from: null, to: '1.0' },
        { name: 'risky', from: '1.0', to: '1.1' },
        { name: 'words', from: '1.0', to: '1.1' },
      ],
      held_back: [],
      older_than: null,
      advisories: { fixed: known('words', '1.0'), remaining: known('risky', '1.1'), new: known('fresh', '1.0') },
    },
  ]);
  const published = await r.publish(digestOf(body));
  expect([published.status, published.body]).toMatchObject([
    200,
    {
      version: '1.0.1',
      validation_status: 'passed',
      warnings: expect.arrayContaining([expect.objectContaining({ rule: 'SLM401' })]),
    },
  ]);
  const [old, now] = [await r.lockOfVersion(0, 0), await r.lockOfVersion(0, 1)];
  expect(now.version).toMatchObject({ sha256: old.version.sha256, message: 'Relocked words_ext@1.0.0' });
  expect(now.lock?.digest).toBe(digestOf(body));
});

test('nothing to change is a clear answer, and nothing is published', async () => {
  const r = await relocking({ words: '1.0' });
  r.resolveTo(() => ({ words: '1.0' }));
  const { body } = await r.propose();
  expect(body).toMatchObject({ packages: [] });
  expect(await r.publish(digestOf(body))).toMatchObject({ status: 409 });
});

test('a lock other than the proposed one is not published', async () => {
  const r = await relocking({ words: '1.0' });
  r.resolveTo(() => ({ words: '1.1' }));
  const { body } = await r.propose();
  r.resolveTo(() => ({ words: '1.2' }));
  const refused = await r.publish(digestOf(body));
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('another lock than the proposed one')]);
});
