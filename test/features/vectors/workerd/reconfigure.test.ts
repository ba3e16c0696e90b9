// Tests reconfiguration on both stores: which features are added, kept, removed and rejected. Stored vectors are never lost, and a later
// run completes an interrupted one.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { markNamespaceDeleted } from '../../../../src/access/namespaces.ts';
import type { Deps } from '../../../../src/deps.ts';
import { vectorStore } from '../../../../src/features/vectors/choose-store.ts';
import { type Reconfiguration, reconfigure } from '../../../../src/features/vectors/reconfigure.ts';
import { searchVectors, storeVectors } from '../../../../src/features/vectors/stored-vectors.ts';
import { sweepFeatures } from '../../../../src/features/vectors/sync-features.ts';
import { vectorFeatures } from '../../../../src/features/vectors/tables.ts';
import { undeployVersion } from '../../../../src/pointers/undeploy.ts';
import type { PluginVersion } from '../../../../src/registry/versions/versions.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { deploy, publishVersion, type Scene, scene } from '../../../support/scenes/scene.ts';
import { account } from '../scenes/vector-stores.ts';

type Declared = [name: string, dimensions: number, metric?: string];

/** Returns the manifest of a plugin that declares these features. */
function declaring(name: string, features: Declared[]): string {
  const dicts = features.map(
    ([feature, dimensions, metric = 'cosine']) =>
      `{"feature_type": "embedding", "feature_name": "${feature}", "embedding_dim": ${dimensions}, "distance_metric": "${metric}"}`,
  );
  return `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = [${dicts.join(', ')}]\noutput_schema = {}\n`;
}

/** Publishes and deploys a batch-only plugin. */
async function deployed(s: Scene, name: string, ...features: Declared[]): Promise<PluginVersion> {
  const files = { 'manifest.py': declaring(name, features) };
  const version = await publishVersion(s.deps, s.actor, s.namespaceId, { name, realtime: false, files });
  await deploy({ ...s, version }, 'batch_only');
  return version;
}

function undeploy(s: Scene, version: PluginVersion): Promise<void> {
  return undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
}

async function over(vectorize: Deps['vectorize']): Promise<Scene> {
  const s = await scene();
  return { ...s, deps: { ...s.deps, vectorize } };
}

function again({ deps, actor, namespaceId }: Scene): Promise<Reconfiguration> {
  return reconfigure(deps, actor, namespaceId);
}

function store({ deps, actor, namespaceId }: Scene, feature: string, ...vectors: [id: string, values: number[]][]) {
  const added = vectors.map(([id, values]) => ({ id, values }));
  return storeVectors(deps, actor, namespaceId, { feature, collection: 'films', vectors: added });
}

async function nearest({ deps, actor, namespaceId }: Scene, feature: string, values: number[]): Promise<string[]> {
  const matches = await searchVectors(deps, actor, namespaceId, { feature, values, limit: 10 });
  return matches.map(({ id }) => id);
}

async function states({ deps, namespaceId }: Scene): Promise<Record<string, string>> {
  const rows = await deps.db.select().from(vectorFeatures).where(eq(vectorFeatures.namespaceId, namespaceId));
  return Object.fromEntries(rows.map(({ name, status }) => [name, status]));
}

const nothing = { added: [], removed: [], total: [], vectorsBefore: 0, collectionsToReprocess: [] };

describe.each([
  ['embedded', () => null],
  ['Vectorize', account],
])('over %s', (_name, make) => {
  test('the features of a namespace follow the deployed plugins, and features with vectors stay', async () => {
    const s = await over(make());
    expect(await again(s)).toEqual(nothing);
    const text = await deployed(s, 'text_ext', ['text', 2], ['words', 2, 'dot']);
    expect(await again(s)).toEqual({ ...nothing, added: ['text', 'words'], total: ['text', 'words'] });
    expect(await again(s)).toEqual({ ...nothing, total: ['text', 'words'] });

    await store(s, 'text', ['east', [1, 0]], ['north', [0, 1]]);
    await deployed(s, 'image_ext', ['image', 3, 'euclid'], ['text', 2]);
    expect(await again(s)).toEqual({
      added: ['image'],
      removed: [],
      total: ['image', 'text', 'words'],
      vectorsBefore: 2,
      collectionsToReprocess: ['films'],
    });

    await undeploy(s, text);
    expect(await again(s)).toEqual({
      ...{ ...nothing, removed: ['words'], total: ['image', 'text'] },
      vectorsBefore: 2,
    });
    expect(await nearest(s, 'text', [0.1, 1])).toEqual(['north', 'east']);
  });

  test('a new shape replaces an empty feature, but conflicts with a feature that has vectors', async () => {
    const s = await over(make());
    const first = await deployed(s, 'first_ext', ['text', 2]);
    await again(s);
    await undeploy(s, first);
    const second = await deployed(s, 'second_ext', ['text', 3]);
    expect(await again(s)).toEqual({ ...nothing, added: ['text'], total: ['text'] });
    await store(s, 'text', ['a', [1, 2, 3]]);
    await undeploy(s, second);
    await deployed(s, 'third_ext', ['text', 3, 'dot']);
    await expect(again(s)).rejects.toMatchObject({
      code: 'feature-conflict',
      message:
        'third_ext_1_0_0 declares text with 3 dimensions and metric dot, but the namespace stores its vectors with 3 dimensions and metric cosine',
    });
    expect(await nearest(s, 'text', [1, 2, 3])).toEqual(['a']);
  });

  test('the sweep removes the vectors of a deleted namespace', async () => {
    const s = await over(make());
    const kept = vectorStore(s.deps);
    await deployed(s, 'text_ext', ['text', 2]);
    await again(s);
    await store(s, 'text', ['east', [1, 0]]);
    const [feature] = await s.deps.db
      .select()
      .from(vectorFeatures)
      .where(eq(vectorFeatures.namespaceId, s.namespaceId));
    await markNamespaceDeleted(s.deps, s.actor, s.namespaceId);
    await sweepFeatures(s.deps);
    expect(await states(s)).toEqual({});
    if (feature) await kept.create(feature);
    expect(feature && (await kept.count([feature.id]))).toBe(0);
  });
});

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
  test('a reconfiguration while the store is unavailable makes no feature ready, and the next run completes it', async () => {
    const s = await over(account({ accountId: 'away' }));
    await deployed(s, 'text_ext', ['text', 2]);
    await expect(again(s)).rejects.toMatchObject({ code: 'vector-store-unavailable', retryAfterSeconds: 10 });
    expect(await states(s)).toEqual({ text: 'adding' });
    await expect(store(s, 'text', ['east', [1, 0]])).rejects.toMatchObject({ code: 'not-found' });
    const back = { ...s, deps: { ...s.deps, vectorize: account() } };
    expect(await again(back)).toEqual({ ...nothing, added: ['text'], total: ['text'] });
    await store(back, 'text', ['east', [1, 0]]);
    expect(await nearest(back, 'text', [1, 0])).toEqual(['east']);
  });

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

describe('over HTTP', () => {
  test('a reconfiguration over HTTP adds the features of the deployed plugins once, and records an event', async () => {
    const org = await organization();
    const path = `${org.plugins}/reconfigure`;
    await publish(org, plugin());
    await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'shared_ext' }));
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.post(`${org.plugins}/org/shared_ext_1_0_0/enable`);
    const expected = {
      namespace_id: org.namespaceId,
      status: 'reconfigured',
      previous_points_count: 0,
      vectors_added: ['hello_ext_vector', 'shared_ext_vector'],
      vectors_removed: [],
      vectors_total: ['hello_ext_vector', 'shared_ext_vector'],
      collections_to_reprocess: [],
      message: 'Reconfigured: added hello_ext_vector, shared_ext_vector',
    };
    const first = await org.post(path, { confirm: true });
    expect({ status: first.status, body: first.body }).toEqual({ status: 200, body: expected });
    expect((await org.post(path, { confirm: true })).body).toEqual({
      ...expected,
      status: 'no_changes_needed',
      vectors_added: [],
      message: 'Every feature that a deployed plugin declares already exists',
    });
    const events = (await eventsOf(org)).filter(({ type }) => type === 'namespace.reconfigured');
    expect(events.map(({ subjectId, data }) => [subjectId, data])).toEqual([
      [org.namespaceId, { added: ['hello_ext_vector', 'shared_ext_vector'], removed: [] }],
    ]);
  });

  test.each([
    [
      { confirm: false },
      400,
      'ConfirmationRequiredError',
      'Reconfiguring a namespace needs confirmation, but `confirm` is false',
    ],
    [{}, 422, 'ValidationError', [{ loc: ['body', 'confirm'], msg: 'Field required', type: 'missing' }]],
    [{ confirm: 'yes' }, 422, 'ValidationError', [{ loc: ['body', 'confirm'] }]],
  ])('a reconfiguration with the body %j is rejected', async (body, status, type, detail) => {
    const org = await organization();
    const answer = await org.post(`${org.plugins}/reconfigure`, body);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { error: { type }, detail } });
  });

  test('a conflict returns 400 and names both sides', async () => {
    const org = await organization();
    for (const [name, dimensions] of [
      ['one_ext', 2],
      ['two_ext', 3],
    ] as const) {
      await publish(org, plugin({ name, files: { 'manifest.py': declaring(name, [['text', dimensions]]) } }));
      await org.post(`${org.plugins}/${name}_1_0_0/deploy`);
    }
    const { status, body } = await org.post(`${org.plugins}/reconfigure`, { confirm: true });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: { type: 'FeatureConflictError', details: { resource: 'feature', id: 'text' } },
        detail:
          'one_ext_1_0_0 declares text with 2 dimensions and metric cosine, but two_ext_1_0_0 declares it with 3 dimensions and metric cosine',
      },
    });
  });
});
