// Tests what people do with releases through the API, and what ends a release from outside.
import { expect, test } from 'vitest';
import { clientWithKey, namespaceIn, organization } from '../../support/scenes/organization.ts';
import { releaseOf, releasing, slowPlan, started, twoLive } from '../../support/scenes/releasing.ts';

const byName = '/by-name/hello_ext';

/** For releases that leave the name with the stable version. */
const live = await twoLive();

test('a started release shows its versions, its plan and its first decision', async () => {
  const r = await started(live);
  const { body, status } = await r.org.get(r.one);
  expect([status, body]).toMatchObject([
    200,
    {
      id: r.id,
      plugin: { name: 'hello_ext', kind: 'extractor' },
      from: { version: '1.0.0', plugin_id: 'hello_ext_1_0_0' },
      to: { version: '1.0.1', plugin_id: 'hello_ext_1_0_1' },
      ...{ state: 'rolling', step: 0, steps: 2, percent: 10, shadow_percent: 0, reason: null, ended_at: null },
      plan: { ...slowPlan, sticky: 'call', max_hold: '24h' },
      decisions: [{ type: 'release.started', percent: 10, step: 0, gate: null, reason: null, measured: null }],
    },
  ]);
});

test('a release goes through its steps on request, and then the candidate has the name', async () => {
  const r = await releasing();
  expect((await r.org.post(`${r.one}/step`)).body).toMatchObject({ state: 'rolling', step: 1, percent: 50 });
  expect((await r.org.post(`${r.one}/step`)).body).toMatchObject({ state: 'succeeded', percent: 100 });
  const { body } = await r.org.get(`${r.org.plugins}${byName}/versions`);
  expect(body).toMatchObject({ serving_version: '1.0.1' });
});

test('a paused release takes no step until it is resumed', async () => {
  const r = await started(live);
  const paused = await r.org.post(`${r.one}/pause`, { reason: 'lunch' });
  expect(paused.body).toMatchObject({ state: 'paused', percent: 10, reason: 'lunch' });
  const { body, status } = await r.org.post(`${r.one}/step`);
  expect([status, Object(body).detail]).toEqual([409, `Release ${r.id} is paused. Resume it first.`]);
  expect((await r.org.post(`${r.one}/pause`)).status).toBe(409);
  expect((await r.org.post(`${r.one}/resume`)).body).toMatchObject({ state: 'rolling', reason: null });
  expect((await r.org.post(`${r.one}/resume`)).status).toBe(409);
});

test.each([
  ['revert', 'reverted', '1.0.0'],
  ['cancel', 'cancelled', '1.0.0'],
])('the request to %s ends a release with its reason, and every later change is a conflict', async (change, state) => {
  const r = await started(live);
  const { body, status } = await r.org.post(`${r.one}/${change}`, { reason: 'wrong scores' });
  expect([status, body]).toMatchObject([200, { state, percent: 0, reason: 'wrong scores' }]);
  for (const later of ['step', 'pause', 'resume', 'revert', 'cancel']) {
    const refused = await r.org.post(`${r.one}/${later}`);
    expect([refused.status, Object(refused.body).detail]).toEqual([409, `Release ${r.id} has ended: it is ${state}`]);
  }
  const { decisions } = Object((await r.org.get(r.one)).body);
  expect(decisions.at(-1)).toMatchObject({ type: `release.${state}`, reason: 'wrong scores', percent: 0 });
});

test('a release is missing for another organization and for a key of another namespace', async () => {
  const r = await started(live);
  const bound = await clientWithKey(r.org, { namespaceIds: [await namespaceIn(r.org, 'elsewhere')] });
  const stranger = await organization({ fetch: r.app.fetch });
  for (const client of [bound, stranger]) {
    for (const path of [r.at, r.one, `${r.one}/events`]) expect((await client.get(path)).status).toBe(404);
    for (const change of ['step', 'pause', 'revert'])
      expect((await client.post(`${r.one}/${change}`)).status).toBe(404);
  }
  const own = await stranger.get(`/v1/namespaces/${stranger.namespaceId}/releases/${r.id}`);
  expect([own.status, (await releaseOf(r)).state]).toEqual([404, 'rolling']);
});

test('a key that may only read can follow a release, but not change it', async () => {
  const r = await started(live);
  const reader = await clientWithKey(r.org, { scopes: ['plugins:read'] });
  expect((await reader.get(r.one)).status).toBe(200);
  for (const change of ['step', 'pause', 'resume', 'revert', 'cancel'])
    expect((await reader.post(`${r.one}/${change}`)).status).toBe(403);
  expect((await reader.post(r.at, { plugin: 'hello_ext', version: '1.0.1' })).status).toBe(403);
});
