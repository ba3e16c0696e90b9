// Tests a container whose image is from a different release than the Worker: it is replaced, but not restarted for every call.
import { afterEach, expect, test, vi } from 'vitest';
import { ManagedContainer } from '../../src/builders/containers/managed-container.ts';
import { containerLimits } from '../../src/contract/limits/containers.ts';
import { withContainer } from '../support/containers/container-scene.ts';
import { waitFor } from '../support/waiting.ts';

const invoke = '/instances/dep_1/invoke';
const mismatch = {
  error: {
    code: 'contract-mismatch',
    message: "The container has another release's image: As the test says.",
  },
};

afterEach(() => {
  vi.useRealTimers();
});

test('a container from another release is never ready, and is destroyed immediately', () =>
  withContainer(async ({ container, put }) => {
    container.isOfAnotherRelease = true;
    const answer = await put();
    expect([answer.status, await answer.json()]).toEqual([426, mismatch]);
    expect(container.commands).toEqual(['start', 'GET /health', 'destroy']);
  }));

test('the right image is found by the first request after the wait, and the wait doubles up to a minute', () =>
  withContainer(async ({ container, put }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    container.isOfAnotherRelease = true;
    const { mismatchFirstMs, mismatchMaxMs } = containerLimits;
    for (const waitMs of [mismatchFirstMs, 20_000, 40_000, mismatchMaxMs, mismatchMaxMs]) {
      const started = container.started.length;
      for (let i = 0; i < 5; i++) expect((await put()).status).toBe(426);
      expect(container.started).toHaveLength(started + 1);
      vi.setSystemTime(Date.now() + waitMs - 1);
      expect(await (await put()).json()).toEqual(mismatch);
      expect(container.started).toHaveLength(started + 1);
      vi.setSystemTime(Date.now() + 1);
    }
    container.isOfAnotherRelease = false;
    expect((await put()).status).toBe(200);
  }));

test('a success resets the wait, so that the next mismatch starts with the first wait again', () =>
  withContainer(async ({ container, put, ask }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const isOfAnotherRelease of [true, false, true, false]) {
      container.isOfAnotherRelease = isOfAnotherRelease;
      vi.setSystemTime(Date.now() + containerLimits.mismatchFirstMs);
      expect((await put()).status).toBe(isOfAnotherRelease ? 426 : 200);
      if (container.running) container.exit();
      await waitFor(async () => expect((await ask('GET')).status).not.toBe(200));
    }
  }));

test('a container that was started before a release is replaced by the first call, which is then sent again', () =>
  withContainer(async ({ container, storage, settings, put }) => {
    await put();
    container.isOfAnotherRelease = true;
    const start = container.start.bind(container);
    container.start = (options) => {
      container.isOfAnotherRelease = false;
      start(options);
    };
    container.commands.length = 0;
    const afterRelease = new ManagedContainer(container, storage, settings);
    const answer = await afterRelease.fetch(new Request(`http://container${invoke}`, { method: 'POST' }));
    expect(answer.status).toBe(200);
    expect(container.commands).toEqual(['GET /health', 'destroy', 'start', 'GET /health', `POST ${invoke}`]);
  }));

test('the wait outlives the Durable Object', () =>
  withContainer(async ({ container, storage, settings, put }) => {
    container.isOfAnotherRelease = true;
    await put();
    const again = new ManagedContainer(container, storage, settings);
    const answer = await again.fetch(new Request('http://container/instances/dep_1', { method: 'PUT' }));
    expect(await answer.json()).toEqual(mismatch);
    expect(container.started).toHaveLength(1);
  }));

test.each([
  ['POST', invoke, 404, 'instance-gone'],
  ['GET', '/logs/dep_1', 404, 'instance-gone'],
  ['GET', '/instances/dep_1', 426, 'contract-mismatch'],
])('a request %s %s while a container waits returns %d %s', (method, path, status, code) =>
  withContainer(async ({ container, put, ask }) => {
    container.isOfAnotherRelease = true;
    await put();
    const answer = await ask(method, path);
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.objectContaining({ code }) }]);
    expect(container.started).toHaveLength(1);
  }),
);

test('a builds container from another release answers builds with the mismatch, and also waits', () =>
  withContainer(async ({ container, ask }) => {
    container.isOfAnotherRelease = true;
    for (let i = 0; i < 3; i++) expect(await (await ask('POST', '/builds')).json()).toEqual(mismatch);
    expect(container.started).toHaveLength(1);
  }, 'builds'));

test('the status of an instance whose container did not start states the cause until a start succeeds', () =>
  withContainer(async ({ container, put, ask }) => {
    container.cannotStart = 'Container failed to start';
    await put();
    const answer = await ask('GET');
    expect([answer.status, await answer.json()]).toEqual([
      503,
      {
        error: { code: 'container-failed', message: 'The container did not start: Container failed to start.' },
      },
    ]);
    container.cannotStart = undefined;
    await put();
    expect((await ask('GET')).status).toBe(200);
    container.exit();
    await waitFor(async () => expect((await ask('GET')).status).toBe(404));
  }));

test('stopping an instance whose container did not start forgets the failure', () =>
  withContainer(async ({ container, storage, put, ask }) => {
    container.isOfAnotherRelease = true;
    await put();
    expect((await ask('DELETE')).status).toBe(204);
    expect([(await ask('GET')).status, await storage.list()]).toEqual([404, new Map()]);
  }));
