// Tests standby after lost messages, with cached routes, and for versions without an instance.
import { expect, test } from 'vitest';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { publishVersion } from '../support/scenes/scene.ts';
import { back, live, two } from '../support/scenes/two-versions.ts';
import { waitFor } from '../support/waiting.ts';

test('a batch-only version is not put on standby, because it has no instance', async () => {
  const s = await two();
  const asked: string[] = [];
  const standBy = async (id: string) => void asked.push(id);
  const watched = { ...s, deps: { ...s.deps, builder: { ...s.deps.builder, standBy } } };
  await live(watched, s.v0, 'batch_only');
  await live(watched, s.v1);
  expect(asked).toEqual([]);
});

test('a call whose route was cached before the promotion leaves the superseded version on standby', async () => {
  const s = await two();
  const first = await live(s, s.v0);
  const cached: RouteCache = newRouteCache();
  const call = (routes: RouteCache) =>
    invoke(
      { ...s.deps, ...emptyCallCaches(), routes },
      s.actor,
      { by: 'name', namespaceId: s.namespaceId, name: 'hello_ext' },
      callOf(),
    );
  const standby = async (id: string) => (await s.deps.builder.status(id))?.standby;
  expect((await call(cached)).route.deploymentId).toBe(first);
  const second = await live(s, s.v1);
  expect((await call(cached)).route.deploymentId).toBe(first);
  expect([await standby(first), await standby(second)]).toEqual([true, false]);

  const beforeRollback: RouteCache = newRouteCache();
  expect((await call(beforeRollback)).route.deploymentId).toBe(second);
  await back(s);
  await waitFor(async () => expect(await standby(second)).toBe(true));
  await call(beforeRollback);
  await call(newRouteCache());
  expect([await standby(first), await standby(second)]).toEqual([false, true]);
  await back(s, '1.0.1');
  await call(cached);
  await call(newRouteCache());
  await waitFor(async () => expect([await standby(first), await standby(second)]).toEqual([true, false]));
});

test('a promotion puts versions on standby if their own message was lost', async () => {
  const s = await two();
  const first = await live(s, s.v0);
  const lost = { ...s.deps, builder: { ...s.deps.builder, standBy: () => Promise.reject(new Error('lost')) } };
  const second = await live({ ...s, deps: lost }, s.v1);
  const standby = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await s.deps.builder.status(id))?.standby));
  expect(await standby(first, second)).toEqual([false, false]);
  const v2 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.2' });
  const third = await live(s, v2);
  expect(await standby(first, second, third)).toEqual([true, true, false]);
});

test('a version deployed without taking the name is on standby', async () => {
  const s = await two();
  const second = await live(s, s.v1);
  const first = await live(s, s.v0);
  expect((await s.deps.builder.status(first))?.standby).toBe(true);
  expect((await s.deps.builder.status(second))?.standby).toBe(false);
});
