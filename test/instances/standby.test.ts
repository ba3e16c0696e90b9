// Tests that instances of versions that aren't live are on standby, where they sleep sooner (D39).
import { expect, test } from 'vitest';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { back, live, two } from '../support/scenes/two-versions.ts';
import { waitFor } from '../support/waiting.ts';

test('the previously live version is on standby after a promotion and a rollback, until a call by name wakes it', async () => {
  const s = await two();
  const standby = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await s.deps.builder.status(id))?.standby));
  const [first, second] = [await live(s, s.v0), await live(s, s.v1)];
  expect(await standby(first, second)).toEqual([true, false]);
  await back(s);
  await waitFor(async () => expect(await standby(first, second)).toEqual([true, true]));

  const routes: RouteCache = newRouteCache();
  const call = (callee: { by: 'name'; name: string } | { by: 'version'; pluginId: string }) =>
    invoke({ ...s.deps, ...emptyCallCaches(), routes }, s.actor, { namespaceId: s.namespaceId, ...callee }, callOf());
  await call({ by: 'name', name: 'hello_ext' });
  expect(await standby(first, second)).toEqual([false, true]);
  await call({ by: 'version', pluginId: 'hello_ext_1_0_1' });
  expect(await standby(first, second)).toEqual([false, true]);
  await call({ by: 'version', pluginId: 'hello_ext_1_0_0' });
  expect(await standby(first, second)).toEqual([false, true]);
});
