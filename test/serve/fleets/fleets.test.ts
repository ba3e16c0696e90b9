// Tests deployments with several instances: which instance a call goes to, when more instances are started, and operations on all of
// them.
import { expect, test } from 'vitest';
import { fleetInstanceId } from '../../../src/contract/builder/fleets.ts';
import type { InstanceStatus } from '../../../src/contract/builder/instances.ts';
import type { Deps } from '../../../src/deps.ts';
import { selectKeptAwake, sweepKeptAwake } from '../../../src/instances/fleets/keep-awake.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { choose, type FleetViews } from '../../../src/serve/fleet.ts';
import { instanceState } from '../../../src/serve/instance-state.ts';
import { deploy, overview } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';
import { awake, call, liveScene, statusWith } from './fleet-scene.ts';

test('more calls in flight than the target start further instances, which then get calls', async () => {
  const s = await liveScene({ max: 3, target_in_flight: 1 });
  const fleets: FleetViews = new Map();
  const called = new Set<string>();
  const counting: Deps['builder']['call'] = (id, ...rest) => {
    called.add(id);
    return s.deps.builder.call(id, ...rest);
  };
  let isOver = false;
  const caller = async () => {
    while (!isOver)
      expect((await call(s, { builder: { call: counting }, fleets, seconds: 2 })).answer.status).toBe('success');
  };
  const calling = Array.from({ length: 4 }, caller);
  await waitFor(async () => expect(await awake(s, s.id)).toEqual([1, 2, 3]));
  await waitFor(() => expect(called).toEqual(new Set([1, 2, 3].map((number) => fleetInstanceId(s.id, number)))));
  isOver = true;
  await Promise.all(calling);
});

test.each([
  ['the only one', [4], {}, [0, 0], 4],
  ['the first, if none is known', [], {}, [0, 0], 1],
  ['the one with fewer calls', [1, 2, 3], { 1: 5, 2: 3, 3: 9 }, [0, 0], 2],
  ['the first of two with as many', [1, 2, 3], { 1: 5, 3: 5 }, [0, 0.9], 1],
  ['another one than those tried', [1, 2, 3], { 3: 9 }, [0, 0], 3, [1, 2]],
] as const)('the chosen instance is %s', (_, serving, calls, randoms, expected, tried: readonly number[] = []) => {
  const left = [...randoms];
  const view = { serving: [...serving], calls: new Map(Object.entries(calls).map(([n, count]) => [Number(n), count])) };
  expect(choose(view, new Set(tried), () => left.shift() ?? 0)).toBe(expected);
});

test('a deployment that another one of the same version has replaced is not kept awake', async () => {
  const s = await liveScene({ min: 1, max: 1 });
  const again = await deploy(s);
  await advanceDeployment(s.deps, again.id);
  expect(await selectKeptAwake(s.deps)).toMatchObject([{ id: again.id }]);
});

test('an instance that must stay awake is restarted by the sweep', async () => {
  const s = await liveScene({ min: 2, max: 2 });
  await s.deps.builder.stop(s.id);
  await sweepKeptAwake(s.deps);
  await waitFor(async () => expect(await awake(s, s.id)).toEqual([1, 2]));
});

test('the state of several instances shows which are awake and what they are doing', async () => {
  const s = await liveScene({ max: 4 });
  const last_crash = { at: '2026-11-20T12:05:00.000Z', reason: 'exit code 9' };
  const statuses: Record<string, InstanceStatus> = {
    [s.id]: statusWith({ state: 'restarting', restarts: 2, last_crash }),
    [`${s.id}-2`]: statusWith({ calls_in_flight: 3, last_call_at: '2026-11-20T12:06:00.000Z' }),
    [`${s.id}-4`]: statusWith({ state: 'starting' }),
  };
  const builder = { ...s.deps.builder, status: async (id: string) => statuses[id] };
  const restarts = { count: 2, since: '2026-11-20T12:00:00.000Z', last: last_crash };
  const quiet = { callsInFlight: 0, lastCallAt: null, restarts: null };
  expect(await instanceState({ builder }, (await overview(s)).serving)).toEqual({
    state: 'running',
    lastCallAt: '2026-11-20T12:06:00.000Z',
    error: null,
    restarts,
    fleet: {
      max: 4,
      instances: [
        { ...quiet, number: 1, state: 'restarting', restarts },
        { ...quiet, number: 2, state: 'running', callsInFlight: 3, lastCallAt: '2026-11-20T12:06:00.000Z' },
        { ...quiet, number: 4, state: 'starting' },
      ],
    },
  });
});
