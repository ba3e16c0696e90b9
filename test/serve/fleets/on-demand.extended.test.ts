// Tests calls to sleeping instances that cannot start, were superseded, or are on a builder that does not answer.
import { expect, test } from 'vitest';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { archiveKey } from '../../../src/registry/storage/archives.ts';
import { instanceState } from '../../../src/serve/instance-state.ts';
import { newRouteCache, type RouteCache } from '../../../src/serve/route.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { deploy, overview } from '../../support/scenes/scene.ts';
import { call, liveScene } from './sleeping.ts';

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
