// Tests what happens to plugins that ask for a GPU when the cards are full. The cards are those of a stand-in.
// @module-tag namespaces
import { afterAll, expect, test } from 'vitest';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import { versionSlug } from '../../src/registry/versions/versions.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache } from '../../src/serve/route.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import type { Scene } from '../support/scenes/scene.ts';
import { lending } from './lending.ts';

const { plain, first, lender, sceneOn } = await lending();
const second = await lender();

afterAll(() => Promise.all([plain, first, second].map((one) => one.kill())));

async function end(s: Scene, version = s.version): Promise<void> {
  await undeployVersion(s.deps, s.namespaceId, version, s.actor.ref);
}

test('the home is a builder with a card, and another lender if its card is full', async () => {
  const s = await sceneOn([plain, first, second], '{"num_gpus": 1}');
  const one = await s.started();
  const two = await s.started(await s.next('1.1.0'));
  const where = async (id: string) =>
    Promise.all([plain, first, second].map(async ({ builder }) => (await builder.status(id))?.state === 'ready'));
  const places = [await where(one.id), await where(two.id)];
  expect(places.map(([onPlain]) => onPlain)).toEqual([false, false]);
  expect(places[0]).not.toEqual(places[1]);
  const third = await s.started(await s.next('1.2.0'));
  expect(third).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('asks for 1 GPU, and too little is free'),
  });
  for (const { id } of [one, two]) await s.deps.builder.stop(id);
});

test('a deployment on a full card fails in one attempt, and works once the holder is undeployed', async () => {
  const s = await sceneOn([first], '{"gpu_memory_gb": 60}');
  const holder = await s.started();
  const newer = await s.next('1.1.0');
  expect(await s.started(newer)).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: expect.stringContaining('hello_ext 1.0.0 holds 60 GiB'),
  });
  await end({ ...s, deps: s.deps });
  const deployed = await s.started(newer);
  expect(deployed).toMatchObject({ status: 'promoted' });
  expect(await first.builder.status(holder.id)).toBeUndefined();
  await s.deps.builder.stop(deployed.id);
});

test('a call to a sleeping plugin whose GPU others hold is answered with 503 and the reason', async () => {
  const s = await sceneOn([first], '{"num_gpus": 1}');
  const sleeping = await s.started();
  await s.deps.builder.stop(sleeping.id);
  const awake = await s.started(await s.next('1.1.0'));
  const deps = { ...s.deps, ...emptyCallCaches(), routes: newRouteCache() };
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: versionSlug(s.version) };
  await expect(invoke(deps, s.actor, callee, callOf())).rejects.toMatchObject({
    code: 'plugin-busy',
    message: expect.stringContaining('hello_ext 1.1.0 holds all of it'),
  });
  await s.deps.builder.stop(awake.id);
});
