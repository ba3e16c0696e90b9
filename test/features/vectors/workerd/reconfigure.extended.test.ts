// Tests conflicts of features, interrupted reconfigurations, and vectors that are refused.
import { describe, expect, test } from 'vitest';
import { sweepFeatures } from '../../../../src/features/vectors/sync-features.ts';
import { again, type Declared, deployed, nearest, over, states, store, undeploy } from '../scenes/features.ts';
import { account } from '../scenes/vector-stores.ts';

describe('conflicts', () => {
  test.each<[what: string, one: Declared, other: Declared, message: string]>([
    [
      'between dimensions',
      ['text', 2],
      ['text', 3],
      'one_ext_1_0_0 declares text with 2 dimensions and metric cosine, but two_ext_1_0_0 declares it with 3 dimensions and metric cosine',
    ],
    [
      'between metrics',
      ['text', 2, 'dot'],
      ['text', 2, 'euclid'],
      'one_ext_1_0_0 declares text with 2 dimensions and metric dot, but two_ext_1_0_0 declares it with 2 dimensions and metric euclid',
    ],
    [
      'with the limits of the store',
      ['text', 2],
      ['huge', 20000],
      'two_ext_1_0_0 declares huge with 20000 dimensions, but the vector store supports at most 16384',
    ],
  ])('conflicting features %s are rejected, and nothing changes', async (_what, one, other, message) => {
    const s = await over(null);
    await deployed(s, 'one_ext', one);
    await deployed(s, 'two_ext', other);
    await expect(again(s)).rejects.toMatchObject({ code: 'feature-conflict', status: 400, message });
    expect(await states(s)).toEqual({});
  });
});

describe('an interrupted reconfiguration', () => {
  test('a reconfiguration interrupted during a removal is completed by the sweep after a minute', async () => {
    const s = await over(account());
    const text = await deployed(s, 'text_ext', ['text', 2]);
    await again(s);
    await undeploy(s, text);
    const away = { ...s, deps: { ...s.deps, vectorize: account({ accountId: 'away' }) } };
    await expect(again(away)).rejects.toMatchObject({ code: 'vector-store-unavailable' });
    await sweepFeatures(s.deps);
    expect(await states(s)).toEqual({ text: 'removing' });
    s.clock.advance(61_000);
    await sweepFeatures(away.deps);
    expect(await states(s)).toEqual({ text: 'removing' });
    await sweepFeatures(s.deps);
    expect(await states(s)).toEqual({});
  });

  test('a reconfiguration that runs at the same time as another creates each feature once', {
    tags: 'long',
  }, async () => {
    const s = await over(account());
    await deployed(s, 'text_ext', ['text', 2]);
    const both = await Promise.all([again(s), again(s)]);
    expect(both.map(({ total }) => total)).toEqual([['text'], ['text']]);
    expect(await states(s)).toEqual({ text: 'ready' });
  });

  test('a feature is kept if a vector is stored just before the feature is removed', async () => {
    const s = await over(null);
    const text = await deployed(s, 'text_ext', ['text', 2]);
    await again(s);
    await undeploy(s, text);
    let looked = false;
    const db = new Proxy(s.deps.db, {
      get: (target, name) => {
        if (name !== 'batch') return Reflect.get(target, name);
        return async (statements: Parameters<typeof target.batch>[0]) => {
          const rows = await target.batch(statements);
          if (!looked) {
            looked = true;
            await store(s, 'text', ['east', [1, 0]]);
          }
          return rows;
        };
      },
    });
    expect(await again({ ...s, deps: { ...s.deps, db } })).toMatchObject({ removed: [], total: ['text'] });
    expect(await nearest(s, 'text', [1, 0])).toEqual(['east']);
  });
});

function manyVectors(count: number): [string, number[]][] {
  return Array.from({ length: count }, (_, i) => [`v${i}`, [1, 0]]);
}

test('a thousand vectors are stored together', { tags: 'long' }, async () => {
  const s = await over(null);
  await deployed(s, 'text_ext', ['text', 2]);
  await again(s);
  await store(s, 'text', ...manyVectors(1000));
  expect((await again(s)).vectorsBefore).toBe(1000);
});

test.each<[what: string, vectors: [string, number[]][], message: string]>([
  [
    'with the wrong dimensions',
    [
      ['a', [1, 0]],
      ['b', [1]],
    ],
    'vectors.1.values: must have 2 values, the dimensions of text, but has 1',
  ],
  [
    'outside the range of 32 bits',
    [['a', [1, 1e300]]],
    'vectors.0.values: must be finite 32-bit floating-point numbers',
  ],
  ['without an ID', [['', [1, 0]]], 'vectors.0.id: must have 1 to 64 bytes'],
  ['with a long ID', [['é'.repeat(33), [1, 0]]], 'vectors.0.id: must have 1 to 64 bytes'],
  ['missing from the request', [], 'vectors: must contain 1 to 1000 vectors'],
  ['beyond a thousand', manyVectors(1001), 'vectors: must contain 1 to 1000 vectors'],
])('vectors %s are not stored', async (_what, vectors, message) => {
  const s = await over(null);
  await deployed(s, 'text_ext', ['text', 2]);
  await again(s);
  await expect(store(s, 'text', ...vectors)).rejects.toMatchObject({
    code: 'invalid-request',
    message: `The request is invalid: ${message}`,
  });
  expect(await nearest(s, 'text', [1, 0])).toEqual([]);
});
