// Tests the Durable Object of a container shared by one organization's plugins: what ends with a plugin, and what doesn't.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test, vi } from 'vitest';
import { instanceOptions } from '../../../src/builders/containers/containers.ts';
import { ManagedContainer } from '../../../src/builders/containers/managed-container.ts';
import { standbyHeader } from '../../../src/contract/builder/serving.ts';
import { packingLimits } from '../../../src/contract/limits/containers.ts';
import { settingsFor, withContainer } from '../../support/containers/container-scene.ts';
import { FakeContainer } from '../../support/containers/fake-container.ts';
import { waitFor } from '../../support/waiting.ts';

afterEach(() => {
  vi.useRealTimers();
});

const headers = { 'slipway-shared': 'org_1-00000000' };

test('a shared container is started for its organization, with the limits for shared use', () => {
  const options = instanceOptions(
    { ARCHIVES: env.ARCHIVES, DB: env.DB, CONTAINER_IDLE_SECONDS: 300 },
    'standard-1',
    env.INSTANCES,
    settingsFor('instance').log,
  );
  const { BUILDER_LIMITS = '', ...others } = options.sharedEnv('org_1-00000000');
  expect(others).toEqual({ BUILDER_ORGANIZATION: 'org_1' });
  expect(JSON.parse(BUILDER_LIMITS)).toEqual({
    memoryBytes: packingLimits.memoryMiB * 2 ** 20,
    sharedBytes: packingLimits.instanceMiB * 2 ** 20,
    environmentBytes: 6e9,
    environmentCacheBytes: 6e9,
    idleMs: 300_000,
    standbyIdleMs: 60_000,
  });
});

test('a small shared container has space for a growing plugin and its neighbor', () => {
  const settings = { ARCHIVES: env.ARCHIVES, DB: env.DB, CONTAINER_IDLE_SECONDS: 300 };
  const { sharedEnv } = instanceOptions(settings, 'basic', env.INSTANCES, settingsFor('instance').log);
  const { memoryBytes, sharedBytes } = JSON.parse(sharedEnv('org_1-00000000').BUILDER_LIMITS ?? '');
  expect([memoryBytes, sharedBytes]).toEqual([640 * 2 ** 20, 256 * 2 ** 20]);
  expect(memoryBytes + sharedBytes).toBe((1024 - 128) * 2 ** 20);
});

test('a stopped instance ends without the others, and starts no container', () =>
  withContainer(async ({ container, ask, storage }) => {
    expect((await ask('DELETE', '/instances/dep_1', headers)).status).toBe(204);
    expect(container.commands).toEqual([]);
    await ask('PUT', '/instances/dep_1', headers);
    await ask('PUT', '/instances/dep_2', headers);
    expect((await ask('DELETE', '/instances/dep_1', { ...headers, 'slipway-taken-back': '1' })).status).toBe(200);
    expect([container.running, container.commands]).toEqual([
      true,
      ['start', 'GET /health', 'PUT /instances/dep_1', 'PUT /instances/dep_2', 'DELETE /instances/dep_1'],
    ]);
    expect(container.started.map((options) => options?.env?.BUILDER_ORGANIZATION)).toEqual(['org_1-00000000']);
    expect(await storage.get('taken-back')).toBeUndefined();
    expect((await ask('POST', '/instances/dep_2/invoke', headers)).status).toBe(200);
  }));

test('a plugin on standby does not make the container sleep sooner, and a sleeping container is started again as a shared one', () =>
  withContainer(async ({ container, settings, kept, ask }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await ask('PUT', '/instances/dep_1', headers);
    await ask('POST', '/instances/dep_1/standby', { ...headers, [standbyHeader]: '1 7' });
    vi.setSystemTime(Date.now() + settings.standbyIdleMs + 1000);
    await kept.tick();
    expect(container.running).toBe(true);
    vi.setSystemTime(Date.now() + settings.idleMs + 1000);
    await kept.tick();
    expect([container.running, settings.events]).toEqual([false, expect.arrayContaining(['log of all'])]);
    await ask('PUT', '/instances/dep_2', headers);
    expect(container.started.map((options) => options?.env?.BUILDER_ORGANIZATION)).toEqual([
      'org_1-00000000',
      'org_1-00000000',
    ]);
  }));

test('internet access is stored once, whatever later requests say, and is decided again for the next container', () =>
  withContainer(async ({ container, ask, storage, kept, settings }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const open = { ...headers, 'slipway-network': 'granted' };
    const put = vi.spyOn(storage, 'put');
    const stored = () => put.mock.calls.filter(([key]) => Object(key) === key || String(key) === 'network').length;
    await ask('PUT', '/instances/dep_1', open);
    await ask('POST', '/instances/dep_1/invoke', open);
    await ask('POST', '/instances/dep_1/invoke', open);
    expect(stored()).toBe(1);
    vi.setSystemTime(Date.now() + 2 * settings.idleMs);
    await kept.tick();
    await ask('PUT', '/instances/dep_1', open);
    expect(container.started.map((options) => options?.enableInternet)).toEqual([true, true]);
  }));

test('an evicted object still knows that its container is shared when its alarm wakes it', () =>
  runInDurableObject(env.INSTANCES.getByName(crypto.randomUUID()), async (_, { storage }) => {
    const container = new FakeContainer();
    const put = new Request('http://container/instances/dep_1', { method: 'PUT', headers });
    await new ManagedContainer(container, storage, settingsFor('instance')).fetch(put);
    const settings = settingsFor('instance');
    const evicted = new ManagedContainer(container, storage, settings);
    await evicted.tick();
    expect([container.running, settings.events]).toEqual([true, ['log of all']]);
  }));

test('an instance that outgrew its share first gets another place, and is then ended here, but only once at a time', () =>
  withContainer(async ({ container, settings, kept, ask }) => {
    await ask('PUT', '/instances/dep_1', headers);
    await ask('PUT', '/instances/dep_2', headers);
    container.outgrown = ['dep_2'];
    const hung = Promise.withResolvers<Response>();
    container.server = () => hung.promise;
    await kept.tick();
    await kept.tick();
    await waitFor(() => expect(container.commands).toContain('DELETE /instances/dep_2'));
    hung.resolve(new Response(null, { status: 204 }));
    container.outgrown = [];
    await waitFor(() => expect(settings.events.some((line) => line.includes('container.left'))).toBe(true));
    expect(settings.events.filter((line) => line.includes('leaves'))).toEqual(['dep_2 leaves org_1-00000000']);
    expect(container.commands.filter((line) => line.startsWith('DELETE'))).toEqual(['DELETE /instances/dep_2']);
  }));

test("an instance that can't get another place stays, and the move is retried", () =>
  withContainer(async ({ container, settings, kept, ask }) => {
    await ask('PUT', '/instances/dep_1', headers);
    container.outgrown = ['dep_1'];
    settings.moveOut = () => Promise.reject(new Error('the database does not answer'));
    await kept.tick();
    await waitFor(() => expect(settings.events.some((line) => line.includes('container.not_left'))).toBe(true));
    expect(container.commands).not.toContain('DELETE /instances/dep_1');
    settings.moveOut = async (id) => void settings.events.push(`${id} left`);
    await kept.tick();
    await waitFor(() => expect(container.commands).toContain('DELETE /instances/dep_1'));
    expect(settings.events).toContain('dep_1 left');
  }));
