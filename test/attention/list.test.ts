// Tests the list of needs over HTTP: who sees which, what a dismissal hides and for how long, and what a failing source leaves out.
import { describe, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { features } from '../../src/features.ts';
import type { NeedSource } from '../../src/points.ts';
import { needsOf, needsScene } from '../support/scenes/needs.ts';
import { clientWithKey, namespaceIn, organization, pluginsOf } from '../support/scenes/organization.ts';
import { expiringKey, lack, subjectsOf } from './listing.ts';

/** A source that finds this many needs. */
function finding(count: number, kind = 'many'): NeedSource<Deps> {
  const need = {
    severity: 'warn' as const,
    title: 'Something waits',
    namespaceId: null,
    subject: 'thing',
    since: 0,
    action: { label: 'See it', page: null, command: 'slipway list' },
    fingerprint: '',
  };
  return {
    kind,
    scope: null,
    read: async () => Array.from({ length: count }, (_, i) => ({ ...need, key: String(i) })),
  };
}

describe('who sees what', () => {
  test('another organization sees none of it', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    await expiringKey(s);
    const other = await organization({ fetch: s.app.fetch });
    expect(await needsOf(other, '?dismissed=true')).toEqual({ needs: [], count: 0, more: [], incomplete: [] });
    const [need] = (await needsOf(s.org)).needs;
    expect((await other.post(`/v1/attention/${need?.id}/dismiss`)).status).toBe(404);
  });

  test('a key that is bound to a namespace sees only the needs there', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    const other = await namespaceIn(s.org, 'other');
    await lack({ org: { ...s.org, plugins: pluginsOf(other) } }, 'other_ext');
    await expiringKey(s);
    expect(await subjectsOf(await clientWithKey(s.org, { namespaceIds: [other] }))).toEqual(['other_ext']);
  });

  test('a namespace is asked about with what concerns the organization', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    const other = await namespaceIn(s.org, 'other');
    await lack({ org: { ...s.org, plugins: pluginsOf(other) } }, 'other_ext');
    const key = await expiringKey(s);
    expect(await subjectsOf(s.org, `?namespace_id=${other}`)).toEqual([key, 'other_ext']);
    const bound = await clientWithKey(s.org, { namespaceIds: [other] });
    expect((await bound.get(`/v1/attention?namespace_id=${s.org.namespaceId}`)).status).toBe(404);
  });

  test('a key sees only needs whose subjects its scopes let it read', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    const key = await expiringKey(s);
    expect(await subjectsOf(await clientWithKey(s.org, { scopes: ['plugins:read'] }))).toEqual(['hello_ext']);
    expect(await subjectsOf(await clientWithKey(s.org, { scopes: ['keys:admin'] }))).toEqual([key]);
    expect(await subjectsOf(await clientWithKey(s.org, { scopes: ['plugins:invoke'] }))).toEqual([]);
  });

  test('a deleted version needs no attention', async () => {
    const s = await needsScene();
    await lack(s, 'hello_ext');
    await s.org.del(`${s.org.plugins}/hello_ext_1_0_0`);
    expect(await subjectsOf(s.org)).toEqual([]);
  });
});

describe('a dismissal', () => {
  test('hides the need from who dismissed it, on every later look, until it is taken back', async () => {
    const s = await needsScene();
    const key = await expiringKey(s);
    const [need] = (await needsOf(s.org)).needs;
    const dismissed = await s.org.post(`/v1/attention/${need?.id}/dismiss`, { fingerprint: need?.fingerprint });
    expect(dismissed).toMatchObject({ status: 200, body: { id: `key.${key}`, dismissed: true } });
    for (let i = 0; i < 2; i++) expect(await needsOf(s.org)).toMatchObject({ needs: [], count: 0 });
    expect((await needsOf(s.org, '?dismissed=true')).needs).toMatchObject([{ subject: key, dismissed: true }]);
    expect(await subjectsOf(await clientWithKey(s.org, {}))).toEqual([key]);
    expect((await s.org.del(`/v1/attention/${need?.id}/dismiss`)).status).toBe(200);
    expect(await subjectsOf(s.org)).toEqual([key]);
  });

  test('of something that does not exist answers 404', async () => {
    const s = await needsScene();
    for (const id of ['key.key_01m7wc54fherz84624ahd0kr7h', 'nothing', 'unknown.kind'])
      expect((await s.org.post(`/v1/attention/${id}/dismiss`)).status).toBe(404);
  });
});

test('bad needs come first, then the newest', async () => {
  const s = await needsScene();
  await expiringKey(s, 'first');
  await lack(s, 'older_ext');
  s.clock.advance(1000);
  await lack(s, 'newer_ext');
  expect((await needsOf(s.org)).needs.map(({ kind, subject }) => (kind === 'key' ? kind : subject))).toEqual([
    'newer_ext',
    'older_ext',
    'key',
  ]);
});

test('a list has twenty needs of a kind, and counts the others', async () => {
  const s = await needsScene({ features: [...features, { name: 'many', needs: [finding(25)] }] });
  const { count, more, needs } = await needsOf(s.org);
  expect({ count, more, listed: needs.length }).toEqual({
    count: 25,
    more: [{ kind: 'many', count: 5 }],
    listed: 20,
  });
});

test('a source that fails leaves out only its kind, and the list says so', async () => {
  const broken: NeedSource<Deps> = { kind: 'broken', scope: null, read: () => Promise.reject(new Error('no')) };
  const s = await needsScene({ features: [...features, { name: 'two', needs: [broken, finding(1)] }] });
  expect(await needsOf(s.org)).toMatchObject({ needs: [{ kind: 'many' }], count: 1, incomplete: ['broken'] });
});
