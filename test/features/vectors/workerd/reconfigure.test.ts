// Tests reconfiguration on both stores: which features are added, kept, removed and rejected. Stored vectors are never lost, and a later
// run completes an interrupted one.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { markNamespaceDeleted } from '../../../../src/access/namespaces.ts';
import { vectorStore } from '../../../../src/features/vectors/choose-store.ts';
import { sweepFeatures } from '../../../../src/features/vectors/sync-features.ts';
import { vectorFeatures } from '../../../../src/features/vectors/tables.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { again, declaring, deployed, nearest, nothing, over, states, store, undeploy } from '../scenes/features.ts';
import { account } from '../scenes/vector-stores.ts';

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
