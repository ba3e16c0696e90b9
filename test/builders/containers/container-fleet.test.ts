// Tests that a deployment's first Durable Object asks the other instances for their number of calls, and stops those that are not
// needed.
import { afterEach, expect, test, vi } from 'vitest';
import { ContainerFleet, fleetAsked } from '../../../src/builders/containers/container-fleet.ts';
import { type Fleet, fleetSchema, keepAwakeHeader } from '../../../src/contract/builder/fleets.ts';
import { withContainer } from '../../support/containers/container-scene.ts';

afterEach(() => {
  vi.useRealTimers();
});

const scaling = { min: 0, max: 3, target_in_flight: 2 };

function statusOf(id: string, callMs: number) {
  return {
    ...{ id, state: 'ready', code: 'a'.repeat(64), started_at: '2026-11-20T12:00:00.000Z', restarts: 0 },
    ...{ early_crashes: 0, last_crash: null, calls: 0, calls_in_flight: 0, last_call_at: null, standby: false },
    load: { call_ms: callMs, up_ms: 1000, refused: 0 },
  };
}

async function look(fleet: ContainerFleet, keep_awake = 0): Promise<Fleet> {
  const request = new Request('http://container/instances/dep_1/fleet', {
    method: 'POST',
    body: JSON.stringify({ scaling, keep_awake }),
  });
  return fleetSchema.parse(await (await fleet.answer('dep_1', request)).json());
}

test("only a POST to a fleet's path is a fleet request", () => {
  const asked = (method: string, path: string) => fleetAsked(new Request(`http://container${path}`, { method }));
  expect(asked('POST', '/instances/dep_1/fleet')).toBe('dep_1');
  expect([asked('GET', '/instances/dep_1/fleet'), asked('POST', '/instances/dep_1/invoke')]).toEqual([
    undefined,
    undefined,
  ]);
});

test("containers that sleep, fail or can't be asked have no instance", async () => {
  const asked: string[] = [];
  const fleet = new ContainerFleet(async (id, { method, url }) => {
    asked.push(`${method} ${id} ${new URL(url).pathname}`);
    if (id === 'dep_1') return Response.json(statusOf(id, 0));
    if (id === 'dep_1-2') return Response.json({ error: { code: 'container-failed', message: 'no' } }, { status: 503 });
    throw new Error('unreachable');
  }, 60_000);
  const { instances, wanted } = await look(fleet);
  expect([wanted, instances.map(({ number }) => number)]).toEqual([1, [1]]);
  expect(asked).toEqual(
    [1, 2, 3].map((n) => (n === 1 ? 'GET dep_1 /instances/dep_1' : `GET dep_1-${n} /instances/dep_1-${n}`)),
  );
});

test('a request without scaling settings is refused, and no instance is asked', async () => {
  const fleet = new ContainerFleet(() => Promise.reject(new Error('must not be asked')), 60_000);
  const request = new Request('http://container/instances/dep_1/fleet', { method: 'POST', body: '{}' });
  expect((await fleet.answer('dep_1', request)).status).toBe(422);
});

test.each([
  ['a mere question', {}, false],
  ['one that keeps it awake', { [keepAwakeHeader]: '1' }, true],
])('a container that received only %s during its idle time is stopped, or stays awake', (_, headers, isRunning) =>
  withContainer(async ({ ask, container, kept, put, settings }) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    await put();
    vi.setSystemTime(Date.now() + settings.idleMs);
    await ask('GET', '/instances/dep_1', headers);
    await kept.tick();
    expect(container.running).toBe(isRunning);
  }),
);

test("a further instance writes to its deployment's log", () =>
  withContainer(async ({ kept, settings }) => {
    await kept.fetch(new Request('http://container/instances/dep_1-2', { method: 'PUT' }));
    await kept.fetch(new Request('http://container/instances/dep_1-2', { method: 'DELETE' }));
    expect(settings.events).toContain('log of dep_1');
  }));
