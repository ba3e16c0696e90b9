// Tests releases through the API beyond their steps: lists, streams, limits, and everything from outside that ends a release.
import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { releaseLimits } from '../../../src/contract/limits/deployments.ts';
import { streamed } from '../../support/event-stream.ts';
import {
  makeLive,
  publishVersion,
  releaseOf,
  releasing,
  start,
  started,
  twoLive,
} from '../../support/scenes/releasing.ts';

const byName = '/by-name/hello_ext';

/** For releases that leave the name with the stable version. */
const live = await twoLive();

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

test("a plugin's row in the table names its active release, the candidate and its share, until the release ends", async () => {
  const r = await started(live);
  const release = async () => Object((await r.org.get(`${r.org.plugins}/by-name`)).body).results[0].release;
  expect(await release()).toEqual({ release_id: r.id, version: '1.0.1', percent: 10 });
  await r.org.post(`${r.one}/revert`);
  expect(await release()).toBeNull();
});

test('a revert makes the stable version the active one again', async () => {
  const r = await started(live);
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

test('a stream sends the release when it changes, and closes when it ends', async () => {
  const r = await started(live);
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
  const r = await started(live);
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
