// Instances whose version does not serve its plugin's name are on standby, where they sleep sooner (D39).
import { expect, test, vi } from 'vitest';
import { invoke } from '../../src/serve/invoke.ts';
import type { RouteCache } from '../../src/serve/route.ts';
import { uncounted } from '../support/deps.ts';
import { back, live, two } from '../support/rollback.ts';

test('after a promotion and a rollback, the version that served before; a call by name ends it', async () => {
  const s = await two();
  const standby = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await s.deps.builder.status(id))?.standby));
  const [first, second] = [await live(s, s.v0), await live(s, s.v1)];
  expect(await standby(first, second)).toEqual([true, false]);
  await back(s);
  await vi.waitFor(async () => expect(await standby(first, second)).toEqual([true, true]));

  const routes: RouteCache = new Map();
  const call = (callee: { name: string } | { pluginId: string }) =>
    invoke(
      { ...s.deps, routes, calls: uncounted() },
      s.actor,
      { namespaceId: s.namespaceId, ...callee },
      { inputs: {}, parameters: {} },
    );
  await call({ name: 'hello_ext' });
  expect(await standby(first, second)).toEqual([false, true]);
  await call({ pluginId: 'hello_ext_1_0_1' });
  expect(await standby(first, second)).toEqual([false, true]);
  await call({ pluginId: 'hello_ext_1_0_0' });
  expect(await standby(first, second)).toEqual([false, true]);
});

test('a version that is deployed without taking the name', async () => {
  const s = await two();
  const second = await live(s, s.v1);
  const first = await live(s, s.v0);
  expect((await s.deps.builder.status(first))?.standby).toBe(true);
  expect((await s.deps.builder.status(second))?.standby).toBe(false);
});
