// Tests one instance's container: when it starts, which requests reach it, and when it is destroyed.
import { afterEach, expect, test, vi } from 'vitest';
import { ManagedContainer } from '../../../src/builders/containers/managed-container.ts';
import { standbyHeader } from '../../../src/contract/builder/serving.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { containerLimits } from '../../../src/contract/limits/containers.ts';
import { withContainer } from '../../support/containers/container-scene.ts';
import { waitFor, waitUntil } from '../../support/waiting.ts';

afterEach(() => {
  vi.useRealTimers();
});

const gone = { error: { code: 'instance-gone', message: "This instance's container is not running." } };

test('ten concurrent requests share one start', () =>
  withContainer(async ({ container, put }) => {
    const answers = await Promise.all(Array.from({ length: 10 }, put));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(container.commands.filter((command) => command === 'start')).toEqual(['start']);
  }));

test('a request waits until the server in the container answers', () =>
  withContainer(async ({ container, put }) => {
    container.refusals = 3;
    await put();
    expect(container.commands).toEqual(['start', 'GET /health', 'PUT /instances/dep_1']);
  }));

test('a container gets its own token and nothing else, and has no internet access', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    await ask('DELETE');
    await put();
    const options = { enableInternet: false, env: { BUILDER_TOKEN: expect.stringMatching(/^[0-9a-f-]{36}$/) } };
    expect(container.started).toEqual([options, options]);
    expect(container.started[0]?.env?.BUILDER_TOKEN).not.toBe(container.started[1]?.env?.BUILDER_TOKEN);
  }));

test('an instance with a network grant has internet access, even after losing its container', () =>
  withContainer(async ({ container, put, ask, kept }) => {
    const headers = { 'slipway-network': 'granted' };
    await kept.fetch(new Request('http://container/instances/dep_1', { method: 'PUT', headers }));
    container.exit();
    await waitFor(async () => expect((await ask('POST')).status).toBe(404));
    await put();
    expect(container.started.map((options) => options?.enableInternet)).toEqual([true, true]);
  }));

test('an instance with packages and a network grant has internet access, even if its container was started by a query', () =>
  withContainer(async ({ container, put, kept }) => {
    const init = { method: 'POST', headers: { 'slipway-network': 'granted' } };
    await kept.fetch(new Request('http://container/instances/dep_1/target', init));
    await put();
    expect(container.started.map((options) => options?.enableInternet)).toEqual([true]);
  }));

test.each([
  ['POST', '/sources'],
  ['POST', '/builds'],
  ['PUT', '/blobs/ab'],
  ['GET', '/health'],
])('a request %s %s for builds starts a container with internet access', (method, path) =>
  withContainer(async ({ container, ask }) => {
    expect((await ask(method, path)).status).toBe(200);
    expect(container.started.map((options) => options?.enableInternet)).toEqual([true]);
  }, 'builds'),
);

test("the query for an environment's requirements starts the instance's container, and the instance then starts in that container", () =>
  withContainer(async ({ container, put, kept }) => {
    const target = new Request('http://container/instances/dep_1/target', { method: 'POST' });
    expect((await kept.fetch(target)).status).toBe(200);
    expect((await put()).status).toBe(200);
    const answered = ['POST /instances/dep_1/target', 'PUT /instances/dep_1'];
    expect(container.commands).toEqual(['start', 'GET /health', ...answered]);
  }));

test.each([
  ['builds', 'GET', '/blobs/ab'],
  ['instance', 'DELETE', '/data/plg_1'],
] as const)(
  'a container for %s is not started by a %s of %s, because a missing instance has no state',
  (purpose, method, path) =>
    withContainer(async ({ container, ask }) => {
      expect([(await ask(method, path)).status, container.commands]).toEqual([404, []]);
    }, purpose),
);

test("a request is forwarded unchanged, with the container's token", () =>
  withContainer(async ({ container, put, kept }) => {
    container.server = async (request) => new Response(await request.text(), { status: 201 });
    await put();
    const headers = { 'slipway-contract': '7', authorization: 'Bearer of the caller' };
    const path = 'http://container/instances/dep_1/invoke';
    const answer = await kept.fetch(new Request(path, { method: 'POST', body: '{"inputs":{}}', headers }));
    expect([answer.status, await answer.text()]).toEqual([201, '{"inputs":{}}']);
    expect(Object.fromEntries(container.received[1]?.headers ?? [])).toMatchObject({
      'slipway-contract': '7',
      authorization: `Bearer ${container.started[0]?.env?.BUILDER_TOKEN}`,
    });
  }));

test.each(['GET', 'POST'])('a %s for a missing instance starts nothing and returns instance-gone', (method) =>
  withContainer(async ({ container, ask }) => {
    const answer = await ask(method);
    expect([answer.status, await answer.json(), container.commands]).toEqual([404, gone, []]);
  }),
);

test('an instance without a container counts as stopped', () =>
  withContainer(async ({ container, ask }) => {
    expect([(await ask('DELETE')).status, container.commands]).toEqual([204, []]);
  }));

test('a stopped instance is drained by its builder, after which its container and storage are deleted', () =>
  withContainer(async ({ container, storage, put, ask }) => {
    await put();
    container.commands.length = 0;
    expect((await ask('DELETE')).status).toBe(204);
    expect(container.commands).toEqual(['DELETE /instances/dep_1', 'destroy']);
    expect([await storage.list(), await storage.getAlarm()]).toEqual([new Map(), null]);
  }));

test('calls to a draining container return instance-gone, and a PUT waits for the next container', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    const drained = Promise.withResolvers<Response>();
    const draining = Promise.withResolvers<void>();
    container.server = async ({ method }) => {
      if (method !== 'DELETE') return new Response('done');
      draining.resolve();
      return drained.promise;
    };
    const stopping = ask('DELETE');
    await draining.promise;
    container.commands.length = 0;
    const putting = put();
    expect(await (await ask('POST')).json()).toEqual(gone);
    drained.resolve(new Response(null, { status: 204 }));
    await Promise.all([stopping, putting]);
    expect(container.commands).toEqual(['destroy', 'start', 'GET /health', 'PUT /instances/dep_1']);
  }));

test('an instance in a draining container can still be stopped without delay', () =>
  withContainer(async ({ container, storage, put, ask }) => {
    await put();
    const drained = Promise.withResolvers<Response>();
    const draining = Promise.withResolvers<void>();
    container.server = async ({ method }) => {
      if (method !== 'DELETE') return new Response(null, { status: 204 });
      draining.resolve();
      return drained.promise;
    };
    const stopping = ask('DELETE');
    await draining.promise;
    container.commands.length = 0;
    expect((await ask('POST', '/instances/dep_1/cut-off')).status).toBe(204);
    drained.resolve(new Response(null, { status: 204 }));
    await stopping;
    expect(container.commands).toEqual(['POST /instances/dep_1/cut-off', 'destroy']);
    expect([await storage.list(), await storage.getAlarm()]).toEqual([new Map(), null]);
    expect(await (await ask('POST', '/instances/dep_1/cut-off')).json()).toEqual(gone);
  }));

test('a stop during the start waits for the start and leaves nothing running', () =>
  withContainer(async ({ container, put, ask }) => {
    container.refusals = 2;
    await Promise.all([put(), ask('DELETE')]);
    expect([container.commands.at(-1), container.running]).toEqual(['destroy', false]);
  }));

test('calls after a container ended on its own return instance-gone, and the next PUT starts it again', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.exit();
    await waitFor(async () => expect((await ask('POST')).status).toBe(404));
    await put();
    expect(container.started).toHaveLength(2);
  }));

test("an evicted Durable Object finds its container running and still has the container's token", () =>
  withContainer(async ({ container, storage, settings, put }) => {
    await put();
    const again = new ManagedContainer(container, storage, settings);
    await again.fetch(new Request('http://container/instances/dep_1/invoke', { method: 'POST' }));
    const token = `Bearer ${container.started[0]?.env?.BUILDER_TOKEN}`;
    expect(container.received.map(({ headers }) => headers.get('authorization'))).toEqual([token, token]);
    expect(container.started).toHaveLength(1);
  }));

test('a server that never answers leads to 503, and the container is destroyed', () =>
  withContainer(async ({ container, put }) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    container.refusals = Number.POSITIVE_INFINITY;
    const putting = put();
    await waitUntil(() => container.running);
    await vi.advanceTimersByTimeAsync(containerLimits.coldStartMs + 1000);
    expect([(await putting).status, container.commands]).toEqual([503, ['start', 'destroy']]);
  }));

test('a container that takes 20 s to start holds up no call during that time, and answers calls afterwards', () =>
  withContainer(async ({ ask, container, put }) => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    container.refusals = 200;
    const putting = [put()];
    await waitUntil(() => container.running);
    await vi.advanceTimersByTimeAsync(10_000);
    for (const [method, path] of [
      ['POST', '/instances/dep_1/invoke'],
      ['GET', '/instances/dep_1'],
    ] as const) {
      const refused = await ask(method, path);
      expect([refused.status, Object(await refused.json()).error.code]).toEqual([503, 'instance-starting']);
    }
    putting.push(put());
    await vi.advanceTimersByTimeAsync(12_000);
    expect((await Promise.all(putting)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await ask('POST', '/instances/dep_1/invoke')).status).toBe(200);
    expect(container.commands.filter((command) => command === 'start')).toEqual(['start']);
  }));

test('an idle container is destroyed', () =>
  withContainer(async ({ container, storage, kept, put }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await put();
    expect(await storage.getAlarm()).toBe(Date.now() + containerLimits.keepLogEveryMs);
    await kept.tick();
    vi.setSystemTime(Date.now() + containerLimits.keepLogEveryMs);
    await kept.tick();
    expect(await storage.getAlarm()).toBe(Date.now() + containerLimits.keepQuietLogEveryMs);
    vi.setSystemTime(Date.now() + builderLimits.idleMs);
    await kept.tick();
    expect([container.running, await storage.getAlarm()]).toEqual([false, null]);
  }));

test("a call postpones the container's destruction, and reading the logs does not", () =>
  withContainer(async ({ container, kept, ask, put }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await put();
    vi.setSystemTime(Date.now() + 300_000);
    await ask('POST', '/instances/dep_1/invoke');
    vi.setSystemTime(Date.now() + 300_000);
    await ask('GET', '/instances/dep_1/logs');
    vi.setSystemTime(Date.now() + builderLimits.idleMs - 300_001);
    await kept.tick();
    expect(container.running).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    await kept.tick();
    expect(container.running).toBe(false);
  }));

test("a call in progress also postpones the container's destruction", () =>
  withContainer(async ({ container, kept, ask, put }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await put();
    const answer = Promise.withResolvers<Response>();
    const called = Promise.withResolvers<void>();
    container.server = async () => {
      called.resolve();
      return answer.promise;
    };
    const calling = ask('POST', '/instances/dep_1/invoke');
    await called.promise;
    vi.setSystemTime(Date.now() + builderLimits.idleMs);
    await kept.tick();
    expect(container.running).toBe(true);
    answer.resolve(new Response('done'));
    expect((await calling).status).toBe(200);
  }));

test('a container on standby is destroyed sooner, until a newer mark makes it live', () =>
  withContainer(async ({ container, storage, kept, ask, put }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await put();
    await ask('POST', '/instances/dep_1/standby', { [standbyHeader]: '1 2' });
    await ask('POST', '/instances/dep_1/invoke', { [standbyHeader]: '0 3' });
    vi.setSystemTime(Date.now() + builderLimits.standbyIdleMs);
    await kept.tick();
    expect(container.running).toBe(true);
    await ask('POST', '/instances/dep_1/invoke', { [standbyHeader]: '1 4' });
    vi.setSystemTime(Date.now() + builderLimits.standbyIdleMs);
    await kept.tick();
    expect([container.running, await storage.getAlarm()]).toEqual([false, null]);
    expect((await ask('POST', '/instances/dep_1/standby')).status).toBe(404);
  }));

test('a call with a mark older than the standby does not keep the container awake', () =>
  withContainer(async ({ container, kept, ask, put }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await put();
    await ask('POST', '/instances/dep_1/standby', { [standbyHeader]: '1 2' });
    await ask('POST', '/instances/dep_1/invoke', { [standbyHeader]: '0 1' });
    vi.setSystemTime(Date.now() + builderLimits.standbyIdleMs);
    await kept.tick();
    expect(container.running).toBe(false);
    await put();
    await ask('POST', '/instances/dep_1/invoke', { [standbyHeader]: '0 1' });
    vi.setSystemTime(Date.now() + builderLimits.standbyIdleMs);
    await kept.tick();
    expect(container.running).toBe(true);
  }));

test('a late alarm does not end a container that has been used since', () =>
  withContainer(async ({ container, kept, put, ask }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await put();
    vi.setSystemTime(Date.now() + builderLimits.idleMs + 1000);
    await ask('POST', '/instances/dep_1/invoke');
    await kept.tick();
    expect(container.running).toBe(true);
  }));
