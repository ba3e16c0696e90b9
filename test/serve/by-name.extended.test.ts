// Tests how long a route by name is used, and names that look like versions.
import { env } from 'cloudflare:workers';
import { expect, onTestFinished, test } from 'vitest';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { database } from '../../src/db/client.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { answerOf, callOf } from '../support/json-text.ts';
import { publishVersion } from '../support/scenes/scene.ts';
import { answering, back, live, saying, two } from './named-calls.ts';

const rememberedMs = 10_000;

test('a route is used for ten seconds, and then looked up in one D1 round trip', async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, s.v1);
  const counted = countedD1(env.DB);
  const watched = { ...s, deps: { ...s.deps, db: database(counted.db) } };
  const routes: RouteCache = newRouteCache();
  const trips = async () => {
    let version = '';
    const made = await counted.during(async () => {
      version = await answering(watched, routes);
    });
    return [version, made];
  };
  expect(await trips()).toEqual(['1.0.1', 1]);
  await back(s, 0);
  expect(await trips()).toEqual(['1.0.1', 0]);
  s.clock.advance(rememberedMs);
  expect(await trips()).toEqual(['1.0.0', 1]);
});

test('a name and a version slug with identical text are cached separately', async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, await publishVersion(s.deps, s.actor, s.namespaceId, { name: 'hello_ext_1_0_0', ...saying('2.0.0') }));
  const routes: RouteCache = newRouteCache();
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const { answer } = await invoke({ ...s.deps, ...emptyCallCaches(), routes }, s.actor, callee, callOf());
  expect(answerOf(answer)).toMatchObject({ result: { version: '1.0.0' } });
  expect(await answering(s, routes, 'hello_ext_1_0_0')).toBe('2.0.0');
});

test('no call fails while a plugin under load is rolled back and forward', { tags: 'long' }, async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, s.v1);
  const routes: RouteCache = newRouteCache();
  const answers: string[] = [];
  let running = true;
  onTestFinished(() => {
    running = false;
  });
  const loads = Array.from({ length: 8 }, async () => {
    while (running) answers.push(await answering(s, routes));
  });
  const settledAt = async (version: string) => {
    s.clock.advance(rememberedMs);
    const seen = await Promise.all(Array.from({ length: 20 }, () => answering(s, routes)));
    answers.push(...seen);
    expect(new Set(seen)).toEqual(new Set([version]));
  };
  await settledAt('1.0.1');
  for (let round = 0; round < 3; round++) {
    // Rollback to a live version.
    await back(s, 0);
    await settledAt('1.0.0');
    await back(s, 1);
    await settledAt('1.0.1');
    // Rollback to a draining version.
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    await back(s, 0);
    await settledAt('1.0.0');
    await back(s, 1);
    await settledAt('1.0.1');
    // Rollback to a version without an instance.
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    s.clock.advance(deploymentLimits.pointerDrainMs);
    await stopDueInstances(s.deps, s.version.pluginId);
    await back(s, 0);
    await settledAt('1.0.0');
    await back(s, 1);
    await settledAt('1.0.1');
  }
  running = false;
  await Promise.all(loads);
  expect(answers.filter((answer) => answer !== '1.0.0' && answer !== '1.0.1')).toEqual([]);
  expect(answers.length).toBeGreaterThan(19 * 20);
});
