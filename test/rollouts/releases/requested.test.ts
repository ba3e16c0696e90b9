// Tests what people do with releases through the API, and what ends a release from outside.
import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { releaseLimits } from '../../../src/contract/limits/deployments.ts';
import { streamed } from '../../support/event-stream.ts';
import { clientWithKey, namespaceIn, organization } from '../../support/scenes/organization.ts';
import {
  makeLive,
  publishVersion,
  releaseOf,
  releasing,
  slowPlan,
  start,
  twoLive,
} from '../../support/scenes/releasing.ts';

const byName = '/by-name/hello_ext';

test('a started release shows its versions, its plan and its first decision', async () => {
  const r = await releasing();
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

test('a release without a plan follows the standard plan', async () => {
  const { at, org } = await twoLive();
  const { body, status } = await org.post(at, { plugin: 'hello_ext', version: '1.0.1' });
  expect([status, Object(body).plan.steps, Object(body).percent]).toEqual([
    201,
    [{ percent: 1 }, { percent: 10 }, { percent: 50 }],
    1,
  ]);
});

test('a list of releases is newest first, and filters by plugin and by activity', async () => {
  const r = await releasing();
  await r.org.post(`${r.one}/cancel`);
  const second = Object((await start(r)).body).id;
  const ids = async (query: string) => {
    const { body } = await r.org.get(`${r.at}${query}`);
    return Object(body).results.map(({ id }: { id: string }) => id);
  };
  expect(await ids('')).toEqual([second, r.id]);
  expect(await ids('?plugin=hello_ext&active=true')).toEqual([second]);
  expect([await ids('?plugin=other_ext'), await ids('?plugin=hello_ext&kind=pipeline')]).toEqual([[], []]);
  const first = Object((await r.org.get(`${r.at}?limit=1`)).body);
  expect(await ids(`?limit=1&cursor=${first.pagination.next_cursor}`)).toEqual([r.id]);
});

test('a release goes through its steps on request, and then the candidate has the name', async () => {
  const r = await releasing();
  expect((await r.org.post(`${r.one}/step`)).body).toMatchObject({ state: 'rolling', step: 1, percent: 50 });
  expect((await r.org.post(`${r.one}/step`)).body).toMatchObject({ state: 'succeeded', percent: 100 });
  const { body } = await r.org.get(`${r.org.plugins}${byName}/versions`);
  expect(body).toMatchObject({ serving_version: '1.0.1' });
});

test('a paused release takes no step until it is resumed', async () => {
  const r = await releasing();
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
  const r = await releasing();
  const { body, status } = await r.org.post(`${r.one}/${change}`, { reason: 'wrong scores' });
  expect([status, body]).toMatchObject([200, { state, percent: 0, reason: 'wrong scores' }]);
  for (const later of ['step', 'pause', 'resume', 'revert', 'cancel']) {
    const refused = await r.org.post(`${r.one}/${later}`);
    expect([refused.status, Object(refused.body).detail]).toEqual([409, `Release ${r.id} has ended: it is ${state}`]);
  }
  const { decisions } = Object((await r.org.get(r.one)).body);
  expect(decisions.at(-1)).toMatchObject({ type: `release.${state}`, reason: 'wrong scores', percent: 0 });
});

test("a plugin's row in the table names its active release, the candidate and its share, until the release ends", async () => {
  const r = await releasing();
  const release = async () => Object((await r.org.get(`${r.org.plugins}/by-name`)).body).results[0].release;
  expect(await release()).toEqual({ release_id: r.id, version: '1.0.1', percent: 10 });
  await r.org.post(`${r.one}/revert`);
  expect(await release()).toBeNull();
});

test('a revert makes the stable version the active one again', async () => {
  const r = await releasing();
  await r.org.post(`${r.one}/revert`);
  const { body } = await r.org.get(`${r.org.plugins}${byName}/versions`);
  expect(body).toMatchObject({ serving_version: '1.0.0', active_version: '1.0.0' });
});

test('a release of a version that is missing, not live, or already serving the name is refused', async () => {
  const r = await twoLive();
  await publishVersion(r.org, '1.0.2');
  expect((await start(r, '9.9.9')).status).toBe(404);
  expect((await start(r, 'latest')).status).toBe(422);
  for (const version of ['1.0.2', '1.0.0']) {
    const { body, status } = await start(r, version);
    expect([status, Object(body).detail]).toEqual([409, `hello_ext ${version} can't share the calls of hello_ext`]);
  }
});

test('a release is missing for another organization and for a key of another namespace', async () => {
  const r = await releasing();
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
  const r = await releasing();
  const reader = await clientWithKey(r.org, { scopes: ['plugins:read'] });
  expect((await reader.get(r.one)).status).toBe(200);
  for (const change of ['step', 'pause', 'resume', 'revert', 'cancel'])
    expect((await reader.post(`${r.one}/${change}`)).status).toBe(403);
  expect((await reader.post(r.at, { plugin: 'hello_ext', version: '1.0.1' })).status).toBe(403);
});

test('a stream sends the release when it changes, and closes when it ends', async () => {
  const r = await releasing();
  const reading = streamed(r.org, `Bearer ${r.org.key}`, `${r.one}/events`);
  onTestFinished(() => reading.then(() => undefined));
  await r.org.post(`${r.one}/revert`);
  const { events, status } = await reading;
  expect(status).toBe(200);
  expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['release', 'end']));
  expect(events.at(-1)).toMatchObject({ event: 'end', data: { id: r.id, state: 'reverted' } });
});

test.each([
  ['without a version', {}],
  ['to the stable version', { version: '1.0.0' }],
])('a rollback %s reverts the active release', async (_how, body) => {
  const r = await releasing();
  const answer = await r.org.post(`${r.org.plugins}${byName}/rollback`, { ...body, message: 'too slow' });
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { version: '1.0.0', previous_version: '1.0.1', active_version: '1.0.0', traffic: 'serving', deployment_id: null },
  ]);
  expect(await releaseOf(r)).toEqual({ state: 'reverted', percent: 0, reason: 'too slow' });
});

test('a rollback to another version moves the name, which cancels the release', async () => {
  const r = await releasing();
  const { body } = await r.org.post(`${r.org.plugins}${byName}/rollback`, { version: '1.0.1' });
  expect(body).toMatchObject({ version: '1.0.1', traffic: 'serving' });
  expect(await releaseOf(r)).toMatchObject({ state: 'cancelled', reason: 'The name moved to another version' });
});

test('a second release of the same name cancels the first', async () => {
  const r = await releasing();
  await publishVersion(r.org, '1.0.2');
  await makeLive(r, '1.0.2');
  await r.org.post(`${r.org.plugins}${byName}/rollback`, { version: '1.0.0' });
  const first = Object((await start(r)).body).id;
  expect((await start(r, '1.0.2')).body).toMatchObject({ state: 'rolling', to: { version: '1.0.2' } });
  expect(await releaseOf({ org: r.org, one: `${r.at}/${first}` })).toMatchObject({
    state: 'cancelled',
    reason: 'Another release of the plugin began',
  });
});

test.each([
  ['the candidate is undeployed', 'hello_ext_1_0_1', 'undeploy', 'The released version is no longer live'],
  ['the stable version is undeployed', 'hello_ext_1_0_0', 'undeploy', 'The name moved to another version'],
  ['the candidate is deleted', 'hello_ext_1_0_1', 'delete', 'The released version is no longer live'],
  ['the stable version is deleted', 'hello_ext_1_0_0', 'delete', 'The name moved to another version'],
])('a release is cancelled if %s', async (_how, pluginId, how, reason) => {
  const r = await releasing();
  const path = `${r.org.plugins}/${pluginId}`;
  expect((await (how === 'delete' ? r.org.del(path) : r.org.post(`${path}/undeploy`))).status).toBe(200);
  expect(await releaseOf(r)).toEqual({ state: 'cancelled', percent: 0, reason });
});

test('a namespace that starts releases all the time gets 429 and when to try again', async () => {
  const r = await twoLive();
  for (let started = 0; started < releaseLimits.startsPerMinute; started++) expect((await start(r)).status).toBe(201);
  const refused = await start(r);
  expect([refused.status, refused.headers.get('retry-after'), Object(refused.body).detail]).toEqual([
    429,
    '60',
    `A namespace may start ${releaseLimits.startsPerMinute} releases per minute`,
  ]);
});

test('releases of one name leave one object, which stores nothing after the last has ended', async () => {
  const r = await twoLive();
  const before = new Set((await listDurableObjectIds(env.RELEASES)).map(String));
  for (let started = 0; started < 5; started++) {
    const { id } = z.object({ id: z.string() }).parse((await start(r)).body);
    expect((await r.org.post(`${r.at}/${id}/cancel`)).status).toBe(200);
    await r.app.settled();
  }
  const objects = (await listDurableObjectIds(env.RELEASES)).filter((id) => !before.has(String(id)));
  expect(objects.length).toBeLessThanOrEqual(1);
  for (const id of objects) {
    await runInDurableObject(env.RELEASES.get(id), async (_, { storage }) => {
      expect([await storage.list(), await storage.getAlarm()]).toEqual([new Map(), null]);
    });
  }
});
