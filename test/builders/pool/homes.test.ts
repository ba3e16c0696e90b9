// Tests which builder gets an instance: spread, stickiness, and that a builder that comes or goes moves only its own share.
import { expect, test } from 'vitest';
import { buildHostPrefix, hostFor } from '../../../src/builders/build-requests.ts';
import { firstChoice, homeOf, nextHome } from '../../../src/builders/pool/homes.ts';
import { type Member, PoolView } from '../../../src/builders/pool/members.ts';
import { fleetInstanceId } from '../../../src/contract/builder/fleets.ts';
import { isolateTrialPrefix } from '../../../src/contract/builder/isolates.ts';
import type { Health } from '../../../src/contract/builder/machine/health.ts';
import { runLimits } from '../../../src/contract/limits/batches.ts';
import { poolLimits } from '../../../src/contract/limits/builder.ts';
import { fleetLimits } from '../../../src/contract/limits/serving.ts';
import { idSource } from '../../../src/core/ids.ts';
import { runInstanceId, separateInstanceId } from '../../../src/instances/placement.ts';
import { fc } from '../../support/property.ts';

const newId = idSource(Date.now);
const deploymentIds = Array.from({ length: 3000 }, () => newId('deployment'));
const id = newId('deployment');

function member(name: string, changes: Partial<Member> = {}): Member {
  const listed = { name, url: `http://${name}`, source: 'settings', mode: 'active', isLost: false } as const;
  const state = { isUp: true, isExiting: false, health: null, lateChecks: 0, downSince: 0, answeredAt: 0, upSince: 0 };
  return { ...listed, ...state, ...changes };
}

function viewOf(...members: Member[]): PoolView {
  return Object.assign(new PoolView(), { members: new Map(members.map((one) => [one.name, one])) });
}

const missing = { available: false, reason: 'missing' } as const;
const health: Health = {
  status: 'ok',
  contract: '1',
  python: '3.12.1',
  sandbox: 'namespaces',
  cgroup: 'v2',
  disk: { temp: 'kernel', data: 'kernel' },
  instances: 0,
  quarantined: 0,
  usage: {
    memory: { process_bytes: 0, available_bytes: 0 },
    disk: { free_bytes: 0, total_bytes: 0 },
    instances: { starting: 0, ready: 0, restarting: 0, draining: 0, stopped: 0, failed: 0 },
    restarts: 0,
    calls_in_flight: 0,
  },
  capabilities: { sources: missing, builds: missing, isolates: missing },
  target: { python: '3.12', platform: 'x86_64-manylinux_2_36' },
};

const three = ['one:8080', 'two:8080', 'three:8080'];
const all = viewOf(...three.map((name) => member(name)));

test('each of three builders is the home of about a third of the deployments', () => {
  const counts = Map.groupBy(deploymentIds, (one) => firstChoice(all, one).name);
  for (const name of three) expect(Math.abs((counts.get(name)?.length ?? 0) - 1000)).toBeLessThan(150);
});

test('a builder that goes moves only its own deployments, and those to both others', () => {
  const left = viewOf(...three.slice(1).map((name) => member(name)));
  const moved = deploymentIds.filter((one) => firstChoice(left, one).name !== firstChoice(all, one).name);
  expect(moved.every((one) => firstChoice(all, one).name === 'one:8080')).toBe(true);
  expect(new Set(moved.map((one) => firstChoice(left, one).name)).size).toBe(2);
});

test("a deployment's instances, and a run's, are at different builders; a batch test is where the deployment is", () => {
  const names = (ids: string[]) => new Set(ids.map((one) => firstChoice(all, one).name)).size;
  expect(names([id, `${id}-2`, `${id}-3`])).toBe(3);
  expect(names([0, 1, 2].map((slot) => runInstanceId(id, newId('run'), slot)))).toBe(3);
  expect(names([id, separateInstanceId(id), separateInstanceId(id), runInstanceId(id, newId('run'), 0)])).toBe(1);
});

const ids = fc.oneof(
  fc.integer({ min: 1, max: fleetLimits.instancesMax }).map((number) => fleetInstanceId(newId('deployment'), number)),
  fc
    .integer({ min: 0, max: runLimits.parallelMax - 1 })
    .map((slot) => runInstanceId(newId('deployment'), newId('run'), slot)),
  fc.constant(null).map(() => separateInstanceId(newId('deployment'))),
  fc.constant(null).map(() => `${isolateTrialPrefix}${newId('upload')}-0123abcd`),
  fc
    .tuple(fc.constantFrom('', 'a', 'https://example.com/a.git'), fc.constantFrom(1, 4, 2 ** 32))
    .map(([text, hosts]) => hostFor(text, hosts)),
  fc.nat(300).map((number) => `${buildHostPrefix}${number}`),
  fc.tuple(fc.constantFrom('egress-', 'egress-0', 'egress-127.0.0.1:'), fc.nat(99)).map(([host, port]) => host + port),
  fc.constant(''),
);
const states = fc.record({
  isUp: fc.boolean(),
  isLost: fc.boolean(),
  isExiting: fc.boolean(),
  lateChecks: fc.nat(3),
  mode: fc.constantFrom('active' as const, 'draining' as const),
});

test('any ID that the Worker sends has a home among one, two or three builders, in whatever state they are', () => {
  fc.assert(
    fc.property(ids, fc.array(states, { minLength: 1, maxLength: 3 }), fc.boolean(), (one, some, isNew) => {
      const view = viewOf(...some.map((state, n) => member(`${n}:8080`, state)));
      const home = homeOf(view, { id: one }, isNew, 1);
      expect(view.members.get(home.name)).toBe(home);
      expect(firstChoice(view, one)).toBe(firstChoice(view, one));
    }),
  );
});

test('a request to an outside host is not remembered, and forgets no home', () => {
  const view = viewOf(...three.map((name) => member(name)));
  for (let n = 0; n < poolLimits.homes; n++) homeOf(view, { id: `${buildHostPrefix}${n}` }, true, 1);
  homeOf(view, { id: 'egress-example.com' }, true, 2);
  expect([view.homes.size, view.homes.has(`${buildHostPrefix}0`)]).toEqual([poolLimits.homes, true]);
  homeOf(view, { id: id }, true, 2);
  expect([view.homes.size, view.homes.has(`${buildHostPrefix}0`)]).toEqual([poolLimits.homes, false]);
});

test('a builder without room gets new instances only if no other has room', () => {
  const [first, ...others] = three;
  const view = viewOf(member(first ?? '', { health }), ...others.map((name) => member(name)));
  expect(deploymentIds.some((one) => firstChoice(view, one).name === first)).toBe(false);
  expect(firstChoice(viewOf(member('full', { health })), id).name).toBe('full');
});

test('calls stay at a draining builder, and its instances move; what starts goes elsewhere', () => {
  const members = three.map((name) => member(name));
  const view = viewOf(...members);
  const home = homeOf(view, { id: id }, true, 1);
  home.mode = 'draining';
  expect(homeOf(view, { id: id }, false, 2).name).toBe(home.name);
  expect(nextHome(view, id)?.name).not.toBe(home.name);
  expect(homeOf(view, { id: id }, true, 2).name).not.toBe(home.name);
  expect(nextHome(view, id)).toBeUndefined();
});

test('an instance goes back to its first builder once that has come back, and no other instance moves', () => {
  const members = three.map((name) => member(name));
  const view = viewOf(...members);
  const first = homeOf(view, { id: id }, true, 1);
  first.isUp = false;
  expect(homeOf(view, { id: id }, false, 2).name).not.toBe(first.name);
  const others = deploymentIds.slice(1).filter((one) => homeOf(view, { id: one }, true, 2) !== firstChoice(all, one));
  Object.assign(first, { isUp: true, upSince: 3 });
  expect(nextHome(view, id)).toBe(first);
  const moving = deploymentIds.slice(1).filter((one) => nextHome(view, one));
  expect(moving.every((one) => nextHome(view, one) === first)).toBe(true);
  expect(moving.length).toBe(deploymentIds.slice(1).filter((one) => firstChoice(all, one).name === first.name).length);
  expect(others.length).toBeGreaterThanOrEqual(moving.length);
});

test('an instance stays while all builders are late, unless its builder has been silent for longer', () => {
  const members = three.map((name) => member(name));
  const view = viewOf(...members);
  const home = homeOf(view, { id: id }, true, 1);
  for (const one of members) Object.assign(one, { isUp: false, lateChecks: 2 });
  for (const isNew of [false, true]) expect(homeOf(view, { id: id }, isNew, 2).name).toBe(home.name);
  home.lateChecks = 3;
  expect(homeOf(view, { id: id }, false, 2).name).not.toBe(home.name);
});
