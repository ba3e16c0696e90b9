// Tests how a deployment's number of instances is derived from measurements of its current instances.
import { expect, test } from 'vitest';
import { FleetControl } from '../../src/contract/builder/fleet-control.ts';
import {
  type Fleet,
  fleetInstanceId,
  fleetInstanceNumber,
  instanceDeploymentId,
  isServing,
  missingNumbers,
} from '../../src/contract/builder/fleets.ts';
import type { InstanceStatus } from '../../src/contract/builder/instances.ts';

const idleMs = 60_000;

/** A fleet whose instances start immediately and share the calls in flight equally. */
class FakeFleet {
  readonly control: FleetControl;
  readonly instances = new Map<
    number,
    { since: number; callMs: number; refused: number; state: InstanceStatus['state'] }
  >();
  readonly stopped: number[] = [];
  readonly keptAwake: number[] = [];
  readonly asked: number[] = [];
  now = 1_000_000;

  constructor(count: number) {
    this.control = this.again();
    for (let number = 1; number <= count; number++) this.start(number);
  }

  /** Returns a new controller without state, as after an eviction. */
  again(): FleetControl {
    const members = {
      status: async (number: number, keepAwake: boolean) => {
        this.asked.push(number);
        if (keepAwake) this.keptAwake.push(number);
        return this.#status(number);
      },
      stop: async (number: number) => {
        this.stopped.push(number);
        this.instances.delete(number);
      },
    };
    return new FleetControl(members, idleMs, () => this.now);
  }

  start(number: number): void {
    this.instances.set(number, { since: this.now, callMs: 0, refused: 0, state: 'ready' });
  }

  /** Keeps this many calls in flight for a while, measures, and starts the missing instances. */
  async pass(ms: number, inFlight: number, keepAwake = 0): Promise<Fleet> {
    this.now += ms;
    for (const one of this.instances.values()) one.callMs += (inFlight / this.instances.size) * ms;
    const fleet = await this.look(keepAwake);
    for (const number of missingNumbers(fleet)) this.start(number);
    return fleet;
  }

  look(keepAwake = 0, control = this.control): Promise<Fleet> {
    return control.look({ scaling: { min: 0, max: 4, target_in_flight: 10 }, keep_awake: keepAwake });
  }

  #status(number: number): InstanceStatus | undefined {
    const one = this.instances.get(number);
    if (!one) return undefined;
    return {
      id: fleetInstanceId('dep_1', number),
      state: one.state,
      code: '',
      started_at: new Date(one.since).toISOString(),
      restarts: 0,
      early_crashes: 0,
      last_crash: null,
      calls: 0,
      calls_in_flight: 0,
      last_call_at: null,
      load: { call_ms: one.callMs, up_ms: this.now - one.since, refused: one.refused },
      standby: false,
    };
  }
}

async function wantedAt(fleet: FakeFleet, loads: readonly number[]): Promise<number[]> {
  const wanted: number[] = [];
  for (const load of loads) wanted.push((await fleet.pass(1000, load)).wanted);
  return wanted;
}

test('the number of instances follows the number of concurrent calls, up to the maximum', async () => {
  expect(await wantedAt(new FakeFleet(1), [0, 10, 10.1, 25, 200])).toEqual([1, 1, 2, 3, 4]);
});

test('an instance that refused a call as busy gets a second instance beside it', async () => {
  const fleet = new FakeFleet(1);
  await wantedAt(fleet, [1, 1]);
  for (const one of fleet.instances.values()) one.refused++;
  expect(await wantedAt(fleet, [1, 1])).toEqual([2, 2]);
});

test('instances are stopped if fewer of them would have been enough for the whole idle time', async () => {
  const fleet = new FakeFleet(1);
  await wantedAt(fleet, [1, 40]);
  expect(
    await wantedAt(
      fleet,
      Array.from({ length: 59 }, () => 15),
    ),
  ).toEqual(Array.from({ length: 59 }, () => 4));
  expect(fleet.stopped).toEqual([]);
  expect(await wantedAt(fleet, [15, 15])).toEqual([2, 2]);
  expect(fleet.stopped).toEqual([3, 4]);
});

test('a short rise in calls within the idle time keeps the instances that it needed', async () => {
  const fleet = new FakeFleet(1);
  await wantedAt(fleet, [1, 40, 1, 1, 25]);
  await wantedAt(
    fleet,
    Array.from({ length: 58 }, () => 1),
  );
  expect(fleet.stopped).toEqual([4]);
});

test('a measurement from before a pause is not used for current calls', async () => {
  const fleet = new FakeFleet(1);
  await wantedAt(fleet, [1]);
  expect((await fleet.pass(30_000, 200)).wanted).toBe(1);
  expect(await wantedAt(fleet, [200])).toEqual([4]);
});

test('the number of instances starts again from those awake after the idle time without calls', async () => {
  const fleet = new FakeFleet(1);
  await wantedAt(fleet, [1, 40]);
  fleet.instances.clear();
  fleet.start(1);
  expect((await fleet.pass(idleMs + 1, 1)).wanted).toBe(1);
});

test('a lost instance is replaced', async () => {
  const fleet = new FakeFleet(1);
  await wantedAt(fleet, [1, 40]);
  fleet.instances.delete(3);
  const seen = await fleet.pass(1000, 40);
  expect([seen.wanted, missingNumbers(seen)]).toEqual([4, [3]]);
});

test('instances to be kept awake count as used, and are requested even without calls', async () => {
  const fleet = new FakeFleet(1);
  expect((await fleet.pass(1000, 0, 2)).wanted).toBe(2);
  expect((await fleet.pass(2 * idleMs, 0, 2)).wanted).toBe(2);
  expect([fleet.keptAwake, fleet.stopped]).toEqual([[1, 2, 1, 2], []]);
});

test('a controller without state adopts the awake instances, and then asks only those', async () => {
  const fleet = new FakeFleet(3);
  fleet.asked.length = 0;
  const control = fleet.again();
  expect((await fleet.look(0, control)).wanted).toBe(3);
  expect([fleet.asked, fleet.stopped]).toEqual([[1, 2, 3, 4], []]);
  fleet.now += 1000;
  await fleet.look(0, control);
  expect(fleet.asked.slice(4)).toEqual([1, 2, 3]);
});

test('simultaneous or nearly simultaneous requests share one measurement', async () => {
  const fleet = new FakeFleet(1);
  const looks = await Promise.all([fleet.look(), fleet.look()]);
  fleet.now += 249;
  looks.push(await fleet.look());
  expect([new Set(looks).size, fleet.asked]).toEqual([1, [1, 2, 3, 4]]);
});

test('instances at other builders count, are not asked for here, and are not stopped here', async () => {
  const [here, away] = [new FakeFleet(2), new FakeFleet(4)];
  const elsewhere = (await away.look()).instances.filter(({ number }) => number > 2);
  const request = { scaling: { min: 0, max: 4, target_in_flight: 10 }, keep_awake: 0, elsewhere };
  const seen = await here.control.look(request);
  expect([seen.wanted, seen.instances.map(({ number }) => number), here.asked]).toEqual([4, [1, 2, 3, 4], [1, 2]]);
  here.now += 2 * idleMs;
  const later = await here.control.look({ ...request, scaling: { ...request.scaling, max: 1 } });
  expect([later.wanted, here.stopped]).toEqual([1, []]);
});

test.each([
  ['ready', true],
  ['starting', false],
  ['restarting', false],
  ['draining', false],
  ['failed', false],
] as const)('an instance that is %s gets calls: %s', async (state, expected) => {
  const fleet = new FakeFleet(2);
  fleet.instances.set(2, { since: fleet.now, callMs: 0, refused: 0, state });
  const seen = await fleet.look();
  expect(seen.instances.map((one) => isServing(one, { wanted: 2 }))).toEqual([true, expected]);
});

test("an instance's ID contains its number in its deployment", () => {
  expect([1, 2, 16].map((number) => fleetInstanceId('dep_1', number))).toEqual(['dep_1', 'dep_1-2', 'dep_1-16']);
  const ids = ['dep_1', 'dep_1-2', 'dep_1-16', 'dep_1-0123abcd', 'dep_1-12345678', 'dep_1-0123456789ab-3'];
  expect(ids.map(fleetInstanceNumber)).toEqual([undefined, 2, 16, undefined, undefined, undefined]);
  expect(new Set(ids.map(instanceDeploymentId))).toEqual(new Set(['dep_1']));
});

test('an ID that is not an instance of a fleet has no number', () => {
  const ids = [
    '',
    'builds-0',
    'builds-7',
    'builds-12',
    'egress-7',
    'egress-localhost',
    'trial-12',
    'dep_1-0',
    'dep_1-1',
  ];
  expect(ids.map(fleetInstanceNumber)).toEqual(ids.map(() => undefined));
});
