// Blocks a real build, to test the states during the build, and what happens to an update requested in the meantime.
// @module-tag git
// @module-tag go
// @module-tag long
import { expect, test, vi } from 'vitest';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { testApp } from '../../support/deps.ts';
import { committed, freshGoName, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import { organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const waitMs = 400_000;
const call = { method: 'execute', params: { action: 'report', params: {} } };

/** Returns a source that was never built before. A known source is not rebuilt, so nothing would wait. */
const newSource = () => pipelineSource({ body: `_ = "${crypto.randomUUID()}"\n${returning('one')}` });

/** Creates a plugin with the tags v1 and v2, whose first install waits in the builder until it is released. */
async function heldInstall(first = newSource()) {
  const real = testApp();
  const open = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const held = async () => {
    begun.resolve();
    await open.promise;
  };
  const builder: Builder = {
    ...real.deps.builder,
    build: async function* (spec) {
      await held();
      yield* real.deps.builder.build(spec);
    },
  };
  const app = testApp({ builder });
  const org = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', first);
  await committed(name, 'v2', pipelineSource({ body: returning('two') }));
  const body = { name, repository, version: 'v1' };
  const installed = org.send('POST', '/api/plugins', { body, headers: { prefer: 'wait=0' } });
  await begun.promise;
  const path = `/api/plugins/${name}`;
  const read = async () => Object((await org.get(path)).body);
  const called = async () => {
    const answer = await org.post(`${path}/call`, call);
    return answer.status === 200 ? Object(answer.body).result.output.text : answer.status;
  };
  const update = (version: string, headers = {}) => org.send('PUT', path, { body: { version }, headers });
  return { app, org, path, installed, read, called, update, letGo: open.resolve };
}

test('a Go plugin is building and refuses calls until it can answer them, and only then becomes active', async () => {
  const i = await heldInstall();
  const { status, body } = await i.installed;
  expect([status, Object(body).status]).toEqual([201, 'building']);
  expect([(await i.read()).status, await i.called()]).toEqual(['building', 409]);
  i.letGo();
  await waitFor(
    async () => {
      const state = (await i.read()).status;
      if (state !== 'building') expect([state, await i.called()]).toEqual(['active', 'one']);
      expect(state).toBe('active');
    },
    { timeout: waitMs },
  );
  await i.app.settled();
});

test('an update during the install waits its turn and ends up live', async () => {
  const i = await heldInstall();
  const updated = i.update('v2');
  await waitFor(async () => expect(await i.read()).toMatchObject({ status: 'building', version: 'v2' }), {
    timeout: waitMs,
  });
  i.letGo();
  const { status } = await updated;
  expect(status).toBe(200);
  await waitFor(
    async () => {
      expect(await i.read()).toMatchObject({ status: 'active', version: 'v2', loaded: true });
      expect(await i.called()).toBe('two');
    },
    { timeout: waitMs },
  );
  await i.app.settled();
});

test('an update during a failing install is installed in its place', async () => {
  const i = await heldInstall(pipelineSource({ body: 'return undefinedOnPurpose, nil' }));
  const waiting = await i.update('v2', { prefer: 'wait=0' });
  expect([waiting.status, Object(waiting.body).status]).toEqual([200, 'building']);
  i.letGo();
  await waitFor(
    async () => {
      expect(await i.read()).toMatchObject({ status: 'active', version: 'v2' });
      expect(await i.called()).toBe('two');
    },
    { timeout: waitMs },
  );
  await i.app.settled();
});

test('an install whose plugin is uninstalled during the build reports this and installs nothing', async () => {
  const real = testApp();
  const open = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const fetchSource: Builder['fetchSource'] = async (request) => {
    begun.resolve();
    await open.promise;
    return real.deps.builder.fetchSource(request);
  };
  const app = testApp({ builder: { ...real.deps.builder, fetchSource } });
  const org = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', pipelineSource());
  const installed = org.post('/api/plugins', { name, repository, version: 'v1' });
  await begun.promise;
  expect((await org.del(`/api/plugins/${name}`)).status).toBe(204);
  open.resolve();
  const { status, body } = await installed;
  expect([status, Object(body).error.message]).toEqual([
    409,
    `Plugin ${name} was uninstalled while it was being installed`,
  ]);
  expect((await org.get(`/api/plugins/${name}`)).status).toBe(404);
});
