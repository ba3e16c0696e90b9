// Tests that calls start instances on demand.
import { expect, test } from 'vitest';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { archiveKey } from '../../src/registry/storage/archives.ts';
import { instanceState } from '../../src/serve/instance-state.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { answerOf, callOf } from '../support/json-text.ts';
import { ownBuilder } from '../support/own-builder.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';

async function liveScene(): Promise<Scene & { id: string }> {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

function call({ deps, actor, namespaceId }: Scene, routes: RouteCache = newRouteCache(), text = 'hello') {
  const callee = { by: 'version' as const, namespaceId, pluginId: 'hello_ext_1_0_0' };
  return invoke({ ...deps, ...emptyCallCaches(), routes }, actor, callee, callOf({ text }));
}

async function stateOf(s: Scene): Promise<string | undefined> {
  return (await instanceState(s.deps, (await overview(s)).serving))?.state;
}

test('a stopped instance is asleep, and the next call starts it', async () => {
  const s = await liveScene();
  expect(await stateOf(s)).toBe('running');
  await s.deps.builder.stop(s.id);
  expect(await stateOf(s)).toBe('asleep');
  expect(answerOf((await call(s)).answer)).toMatchObject({ status: 'success', result: { inputs: { text: 'hello' } } });
  expect(await stateOf(s)).toBe('running');
});

test('many calls to a sleeping instance share one start', async () => {
  const s = await liveScene();
  await s.deps.builder.stop(s.id);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => call(s, newRouteCache(), String(n))));
  expect(answers.map(({ answer }) => answer.status)).toEqual(Array.from({ length: 20 }, () => 'success'));
  expect(await s.deps.builder.status(s.id)).toMatchObject({ restarts: 0, calls: 20 });
});

test('a call routed to a superseded deployment goes to its successor', async () => {
  const s = await liveScene();
  const routes: RouteCache = newRouteCache();
  await call(s, routes);
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  await s.deps.builder.stop(s.id);
  const { route, answer } = await call(s, routes);
  expect([route.deploymentId, answer.status]).toEqual([id, 'success']);
});

test('the state is unknown while the builder does not answer', async () => {
  const s = await liveScene();
  const { serving } = await overview(s);
  const builder = {
    ...s.deps.builder,
    status: async () => Promise.reject(new BuilderError('unreachable', 'no answer')),
  };
  expect(await instanceState({ builder }, serving)).toEqual({
    state: 'unknown',
    lastCallAt: null,
    error: null,
    restarts: null,
  });
});

test('an instance whose last start failed is shown as failing, with the reason, until a start succeeds', async () => {
  const s = await liveScene();
  await s.deps.builder.stop(s.id);
  const spec = {
    runtime: 'executable',
    kind: 'pipeline',
    organization: s.actor.organizationId,
    artifact: s.version.sha256,
    plugin: { name: 'hello_ext', version: '1.0.0' },
    data: null,
    network: false,
  } as const;
  for await (const _ of s.deps.builder.start(s.id, spec));
  const state = await instanceState(s.deps, (await overview(s)).serving);
  expect(state).toMatchObject({ state: 'failing', error: expect.any(String), restarts: null });
  await s.deps.builder.stop(s.id);
  expect((await call(s)).answer).toMatchObject({ status: 'success' });
  expect(await stateOf(s)).toBe('running');
});

test('a call whose plugin must start from a damaged archive is a problem that says so, and not the fault of the plugin', async () => {
  const s = await liveScene();
  const key = archiveKey(s.version.sha256);
  const bytes = new Uint8Array((await (await s.deps.blobs.get(key))?.arrayBuffer()) ?? new ArrayBuffer(0));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await s.deps.blobs.put(key, bytes);
  const { builder } = await ownBuilder();
  await expect(call({ ...s, deps: { ...s.deps, builder } })).rejects.toMatchObject({
    code: 'internal',
    message: `The object ${s.version.sha256} in the store is damaged.`,
    hint: expect.stringContaining('restore it from a backup'),
  });
});
