// Tests both vector stores against the same contract: creating and removing indexes, and exact searches by each metric.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { DistanceMetric } from '../../../../src/contract/plugin/manifest.ts';
import { byDistance, similarity } from '../../../../src/features/vectors/embedded.ts';
import { type VectorIndex, VectorStoreError } from '../../../../src/features/vectors/vector-store.ts';
import { embedded, newId, vectorize } from '../scenes/vector-stores.ts';

const stored = [
  { id: 'east', values: [2, 0] },
  { id: 'north', values: [0, 1] },
  { id: 'north-east', values: [3, 4] },
  { id: 'west', values: [-1, 0] },
];

const rounded = (score: number) => Math.round(score * 1e3) / 1e3;

describe.each([
  ['embedded', embedded],
  ['Vectorize', vectorize],
])('%s', (_name, make) => {
  const index = (metric: DistanceMetric = 'cosine', dimensions = 2): VectorIndex => ({
    id: newId('feature'),
    dimensions,
    metric,
  });

  test.each<[metric: DistanceMetric, query: number[], nearest: [string, number][]]>([
    [
      'cosine',
      [1, 0],
      [
        ['east', 1],
        ['north-east', 0.6],
        ['north', 0],
        ['west', -1],
      ],
    ],
    [
      'cosine',
      [8, 6],
      [
        ['north-east', 0.96],
        ['east', 0.8],
        ['north', 0.6],
        ['west', -0.8],
      ],
    ],
    [
      'dot',
      [1, 1],
      [
        ['north-east', 7],
        ['east', 2],
        ['north', 1],
        ['west', -1],
      ],
    ],
    [
      'euclid',
      [0, 0],
      [
        ['north', 1],
        ['west', 1],
        ['east', 2],
        ['north-east', 5],
      ],
    ],
    [
      'euclid',
      [3, 2],
      [
        ['north-east', 2],
        ['east', 2.236],
        ['north', 3.162],
        ['west', 4.472],
      ],
    ],
  ])('a store finds the nearest vectors by %s to %j', async (metric, query, nearest) => {
    const store = make();
    const testIndex = index(metric);
    await store.create(testIndex);
    await store.upsert(testIndex, stored);
    const matches = await store.search(testIndex, query, 10);
    expect(matches.map(({ id, score }) => [id, rounded(score)])).toEqual(nearest);
    expect((await store.search(testIndex, query, 2)).map(({ id }) => id)).toEqual(
      nearest.slice(0, 2).map(([id]) => id),
    );
  });

  test('a store replaces a vector with the same ID, and counts each vector once', async () => {
    const store = make();
    const testIndex = index();
    await store.create(testIndex);
    await store.upsert(testIndex, stored);
    await store.upsert(testIndex, [{ id: 'west', values: [1, 0.1] }]);
    expect([(await store.search(testIndex, [1, 0.1], 1))[0]?.id, await store.count([testIndex.id])]).toEqual([
      'west',
      4,
    ]);
  });

  test('a store keeps indexes separate, and removes an index with all its vectors', async () => {
    const store = make();
    const [one, other] = [index(), index('dot')];
    for (const testIndex of [one, other]) {
      await store.create(testIndex);
      await store.upsert(testIndex, stored);
    }
    expect(await store.count([one.id, other.id])).toBe(8);
    await store.remove(one.id);
    expect(await store.count([other.id])).toBe(4);
    await store.create(one);
    expect([await store.count([one.id]), await store.search(one, [1, 0], 1)]).toEqual([0, []]);
  });

  test('a store creates and removes an index idempotently', async () => {
    const store = make();
    const testIndex = index();
    await store.create(testIndex);
    await store.upsert(testIndex, stored);
    await store.create(testIndex);
    expect(await store.count([testIndex.id])).toBe(4);
    await store.remove(testIndex.id);
    await store.remove(testIndex.id);
  });

  test('a store finds exactly the nearest vectors among many', async () => {
    const store = make();
    const testIndex = index('euclid', 3);
    const many = Array.from({ length: 450 }, (_, i) => ({ id: `v${i}`, values: [i, (i * 7919) % 450, 1] }));
    await store.create(testIndex);
    await store.upsert(testIndex, many);
    const query = [200, 200, 1];
    const all = many.map(({ id, values }) => ({ id, score: similarity('euclid', query, values) }));
    const nearest = all.sort(byDistance('euclid')).slice(0, 5);
    const matches = await store.search(testIndex, query, 5);
    expect(matches.map(({ id, score }) => [id, rounded(score)])).toEqual(
      nearest.map(({ id, score }) => [id, rounded(score)]),
    );
  });
});

test('the cosine similarity of the zero vector is 0', () => {
  expect([similarity('cosine', [0, 0], [1, 2]), similarity('cosine', [0, 0], [0, 0])]).toEqual([0, 0]);
});

describe('Vectorize', () => {
  const testIndex: VectorIndex = { id: newId('feature'), dimensions: 2, metric: 'cosine' };

  test.each([
    ['that rejects the token', { token: 'another' }, /with status 403: Authentication error \(10000\)$/],
    ['that is unavailable', { accountId: 'away' }, /with status 503: /],
    ['that is a different service', { url: env.BUILDER_URL }, /unexpected response format$/],
  ])('a Vectorize account %s is reported as a store error', async (_what, account, message) => {
    const failure = await vectorize(account)
      .create(testIndex)
      .catch((error) => error);
    expect(failure).toBeInstanceOf(VectorStoreError);
    expect(failure.message).toMatch(message);
  });

  test('a Vectorize request without a response is reported as a store error', async () => {
    await expect(
      vectorize({}, () => Promise.reject(new TypeError('Network connection lost.'))).create(testIndex),
    ).rejects.toThrow('Vectorize did not respond');
  });

  test('a request that Vectorize rejects fails with the reason from Vectorize', async () => {
    const store = vectorize();
    await store.create(testIndex);
    await expect(store.upsert(testIndex, [{ id: 'a', values: [1, 2, 3] }])).rejects.toThrow(
      'invalid vector for id="a", expected 2 dimensions (4010)',
    );
    await expect(store.search({ ...testIndex, id: newId('feature') }, [1, 0], 1)).rejects.toThrow(
      'vectorize.index.not_found',
    );
  });
});
