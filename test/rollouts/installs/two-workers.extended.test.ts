// Tests two live workers on one install: the worker that lost its lease during a fetch or build changes nothing further. Also tests
// calls to an installed plugin: who may use its cached route, and which errors failed calls return.
// @module-tag git
// @module-tag go
// @module-tag long
import { and, eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { leases } from '../../../src/contract/limits/leases.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { isId, type UploadId } from '../../../src/core/ids.ts';
import { pluginVersions, uploads } from '../../../src/db/schema/registry.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { committed, freshGoName, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import { clientWithKey, namespaceIn, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { ownWorker } from '../../support/workers/own-worker.ts';
import { expectNoChange } from '../../support/workers/two-workers.ts';

vi.setConfig({ testTimeout: 900_000 });

const plugins = '/api/plugins';

/** Returns a function whose first call waits until the test releases it. */
function gate() {
  const begun = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  let calls = 0;
  const pass = async () => {
    calls += 1;
    if (calls > 1) return;
    begun.resolve();
    await open.promise;
  };
  return { begun: begun.promise, open: open.resolve, pass };
}

/** Starts an install whose first worker waits in `fetchSource` or `build`. */
async function blockedInstall(at: 'fetchSource' | 'build') {
  const clock = clockAt(Date.now());
  const real = testApp();
  const blocked = gate();
  const builder: Builder = {
    ...real.deps.builder,
    fetchSource: async (request) => {
      if (at === 'fetchSource') await blocked.pass();
      return real.deps.builder.fetchSource(request);
    },
    build: async function* (spec) {
      if (at === 'build') await blocked.pass();
      yield* real.deps.builder.build(spec);
    },
  };
  const { queues } = losingQueues();
  const scans = ownWorker(() => app.deps, queues.scans);
  const app: TestApp = testApp({ clock, builder, queues: { ...queues, scans } });
  const org = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', pipelineSource({ more: `// ${name}\n` }));
  const request = { raw: JSON.stringify({ name, repository, version: 'v1' }) };
  const headers = { 'content-type': 'application/json', prefer: 'wait=0' };
  const { status, body } = await org.send('POST', plugins, { ...request, headers });
  const { id } = Object(body);
  if (status !== 201 || !isId('upload', id)) throw new Error('the install was not opened');
  await blocked.begun;
  const rowOf = (upload: UploadId) =>
    app.deps.db
      .select()
      .from(uploads)
      .where(eq(uploads.id, upload))
      .limit(1)
      .then(([row]) => row);
  return { ...app, clock, org, name, id, open: blocked.open, row: () => rowOf(id) };
}

describe('an install', () => {
  test.each(['fetchSource', 'build'] as const)(
    'an install whose first worker lost its lease in %s is completed by the second, and the first changes nothing',
    async (at) => {
      const i = await blockedInstall(at);
      i.clock.advance(leases.upload.leaseMs);
      await advanceUpload(i.deps, i.id);
      const { status, refusal, versionId } = (await i.row()) ?? {};
      expect([status, refusal, versionId]).toEqual(['accepted', null, expect.stringMatching(/^ver_/)]);
      await expectNoChange(async () => {
        i.open();
        await i.settled();
      });
      const ofName = and(eq(pluginVersions.ownerId, i.org.namespaceId), eq(pluginVersions.name, i.name));
      const versions = await i.deps.db.select().from(pluginVersions).where(ofName);
      expect(versions.map((version) => version.id)).toEqual([versionId]);
    },
  );

  test('an install renews its lease with a timer while it waits for the builder', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const i = await blockedInstall('fetchSource');
      for (let elapsed = 5; elapsed <= 60; elapsed += 5) {
        i.clock.advance(5_000);
        vi.advanceTimersByTime(5_000);
        await waitFor(async () => expect((await i.row())?.leaseUntil).toBe(i.clock.now() + 20_000));
        await expectNoChange(() => advanceUpload(i.deps, i.id));
      }
      i.open();
      await i.settled();
      expect((await i.row())?.status).toBe('accepted');
    } finally {
      vi.useRealTimers();
    }
  });

  test('an install reserves its name, and a second install gets 409 while it is in progress', async () => {
    const i = await blockedInstall('fetchSource');
    const request = { name: i.name, repository: 'https://git.example.com/other.git', version: 'v1' };
    const { status, body } = await i.org.post(plugins, request);
    expect([status, Object(body).error.message]).toEqual([409, `Plugin ${i.name} is already being installed`]);
    i.open();
    await i.settled();
  });
});

describe('a call to an installed plugin', () => {
  const call = { method: 'execute', params: { action: 'report', params: {} } };

  async function installed(builder: Partial<Builder> = {}) {
    const real = testApp();
    const app = testApp({ builder: { ...real.deps.builder, ...builder } });
    const org = await organization({ fetch: app.fetch });
    const name = freshGoName();
    const { repository } = await committed(name, 'v1', pipelineSource({ body: returning('hello') }));
    const { status } = await org.post(plugins, { name, repository, version: 'v1' });
    expect(status).toBe(201);
    return { app, org, name, path: `${plugins}/${name}/call` };
  }

  test('a call to an installed plugin over a cached route is refused to keys bound to another namespace, and to other organizations', async () => {
    const { app, org, name, path } = await installed();
    const bound = await clientWithKey(org, { namespaceIds: [await namespaceIn(org, 'elsewhere')] });
    const stranger = await organization({ fetch: app.fetch });
    expect((await org.post(path, call)).status).toBe(200);
    const refused = await bound.post(path, call);
    expect([refused.status, Object(refused.body).error.message]).toEqual([404, 'Namespace not found: default']);
    const unknown = await stranger.post(path, call);
    expect([unknown.status, Object(unknown.body).error.message]).toEqual([404, `Plugin not found: ${name}`]);
    expect((await clientOf(`Bearer ${org.key}`, app.fetch).post(path, call)).status).toBe(200);
  });

  test.each([
    ['instance-crashed', 'plugin_crashed', 'as the test says'],
    ['answer-invalid', 'plugin_invalid_answer', 'as the test says'],
    ['call-timeout', 'plugin_timeout', `The plugin did not answer within 30 s. ${raisedBy.time}`],
  ] as const)(
    'a call to an installed plugin that ends with %s returns %s, and is not retried',
    async (code, reported, message) => {
      let calls = 0;
      const { org, path } = await installed({
        operate: () => {
          calls += 1;
          return Promise.reject(new BuilderError(code, 'as the test says'));
        },
      });
      const { status, body } = await org.post(path, call);
      expect([status, body, calls]).toEqual([200, { error: { code: reported, message } }, 1]);
    },
  );
});
