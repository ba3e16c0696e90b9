// Tests deployments with several instances beyond the ordinary: crashes, budgets, lost instances, and starts and measurements that fail.

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { requireId } from '../../../src/access/actor.ts';
import { monthAt } from '../../../src/contract/budgets.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { type Fleet, fleetInstanceId } from '../../../src/contract/builder/fleets.ts';
import { fleetLimits } from '../../../src/contract/limits/serving.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import { budgets } from '../../../src/db/schema/budgets.ts';
import { deploymentStepRows } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { startInstance } from '../../../src/instances/fleets/instances.ts';
import { sweepKeptAwake } from '../../../src/instances/fleets/keep-awake.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { rollBackCrashing, sweepCrashing } from '../../../src/rollouts/rollback/crash-rollback.ts';
import type { FleetViews } from '../../../src/serve/fleet.ts';
import { instanceState } from '../../../src/serve/instance-state.ts';
import { deploy, overview, publishVersion, scene } from '../../support/scenes/scene.ts';
import { live, named } from '../../support/scenes/two-versions.ts';
import { waitFor } from '../../support/waiting.ts';
import { awake, call, filesWith, liveScene, statusWith, viewOf } from './fleet-scene.ts';

test("a plugin that doesn't request instances has one, and is never measured", async () => {
  const s = await scene();
  const id = await live(s, s.version);
  const fleet = () => Promise.reject(new Error('must not be asked'));
  expect((await call(s, { builder: { fleet } })).answer.status).toBe('success');
  expect((await overview(s)).serving).toMatchObject({ id, scaling: null });
  expect(await instanceState(s.deps, (await overview(s)).serving)).not.toHaveProperty('fleet');
});

test('a call whose process crashed is not retried on another instance', async () => {
  const s = await liveScene({ max: 2 });
  const crashed = () => Promise.reject(new BuilderError('instance-crashed', 'it ended'));
  const { answer } = await call(s, { builder: { call: crashed }, fleets: viewOf(s.id, [1, 2]) });
  expect(answer).toMatchObject({ status: 'error', error: { type: 'InstanceCrashed' } });
});

test('instances that are all gone are restarted by a call, and the first one immediately', async () => {
  const s = await liveScene({ max: 2 });
  await s.deps.builder.stop(s.id);
  expect((await call(s, { fleets: viewOf(s.id, [1, 2]) })).answer.status).toBe('success');
  expect(await awake(s, s.id)).toEqual([1]);
});

test('an instance that must stay awake is not restarted while a budget refuses to start it', async () => {
  const s = await liveScene({ min: 1 });
  const { organizationId } = s.actor;
  const now = s.clock.now();
  const spent = { instanceSeconds: 1, instanceSecondsReached: 100, month: monthAt(now), checkedAt: now };
  const budget = {
    organizationId,
    scope: organizationId,
    setBy: 'organization',
    onExceeded: 'refuse',
    ...spent,
  } as const;
  await s.deps.db.insert(budgets).values(budget);
  await s.deps.builder.stop(s.id);
  const started: string[] = [];
  const start: Deps['builder']['start'] = (id, spec) => {
    started.push(id);
    return s.deps.builder.start(id, spec);
  };
  const sweep = () => sweepKeptAwake({ ...s.deps, builder: { ...s.deps.builder, start } });
  await sweep();
  await s.deps.db.delete(budgets);
  await sweep();
  await waitFor(async () => expect(await awake(s, s.id)).toEqual([1]));
  expect(started).toEqual([s.id]);
});

test('a sweep starts a limited number of instances, however many were lost', async () => {
  const s = await liveScene({ min: 1 });
  await liveScene({ min: 1 });
  const { instancesMax, wokenAtOnce } = fleetLimits;
  const fleet = async (): Promise<Fleet> => ({ wanted: instancesMax, instances: [] });
  const started: string[] = [];
  const start: Deps['builder']['start'] = async function* (id) {
    started.push(id);
    yield await Promise.reject(new BuilderError('no-capacity', 'none is free'));
  };
  const sweep = () => sweepKeptAwake({ ...s.deps, builder: { ...s.deps.builder, fleet, start } });
  await sweep();
  await waitFor(() => expect(started).toHaveLength(wokenAtOnce));
  await sweep();
  await waitFor(() => expect(started).toHaveLength(2 * wokenAtOnce));
});

test('a version that is not live keeps no instance awake', async () => {
  const s = await liveScene({ min: 1 });
  const files = filesWith({ max: 1 }, '1.1.0');
  await live(s, await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.1.0', files }));
  await s.deps.builder.stop(s.id);
  const fleet = () => Promise.reject(new Error('must not be asked'));
  await sweepKeptAwake({ ...s.deps, builder: { ...s.deps.builder, fleet } });
  expect(await s.deps.builder.status(s.id)).toBeUndefined();
});

test.each([
  ['sweep', sweepCrashing],
  ['reported crash', (deps: Deps, id: DeploymentId) => rollBackCrashing(deps, id, 1)],
])('a %s adds up the crashes of all instances, and rolls a new version back', async (_, look) => {
  const s = await scene();
  await live(s, s.version);
  const files = filesWith({ max: 3 }, '1.0.1');
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1', files });
  const id = await live(s, v1);
  const crashes: Record<string, number> = { [id]: 1, [`${id}-3`]: 2 };
  const status: Deps['builder']['status'] = async (one) =>
    one in crashes ? statusWith({ early_crashes: crashes[one] ?? 0 }) : undefined;
  await look({ ...s.deps, builder: { ...s.deps.builder, status } }, requireId('deployment', id));
  expect(await named(s)).toBe(s.version.id);
});

test('an instance that fails to start is not restarted by every measurement', async () => {
  const s = await liveScene({ max: 2 });
  const started: string[] = [];
  const status = statusWith({});
  const fleet = async (): Promise<Fleet> => ({ wanted: 2, instances: [{ number: 1, status }] });
  const start: Deps['builder']['start'] = async function* (id) {
    started.push(id);
    yield await Promise.reject(new BuilderError('no-capacity', 'none is free'));
  };
  const fleets: FleetViews = new Map();
  const looking = { builder: { fleet, start }, fleets };
  await call(s, looking);
  await waitFor(() => expect(started).toEqual([`${s.id}-2`]));
  const view = fleets.get(s.id);
  if (view) view.nextLookAt = 0;
  await call(s, looking);
  expect(started).toEqual([`${s.id}-2`]);
});

test('instances that can not be measured are logged once, and again after a measurement', async () => {
  const s = await liveScene({ max: 2 });
  const lines: string[] = [];
  const log = { ...s.deps.log, warn: (event: string) => void lines.push(event) };
  const deps = { ...s, deps: { ...s.deps, log } };
  const outcomes = [false, false, true, false];
  let looks = 0;
  const fleet: Deps['builder']['fleet'] = (...given) =>
    outcomes[looks++] ? s.deps.builder.fleet(...given) : Promise.reject(new BuilderError('unreachable', 'gone'));
  const fleets: FleetViews = new Map();
  for (const expected of [2, 4]) {
    await call(deps, { builder: { fleet }, fleets });
    await waitFor(() => expect(looks).toBe(expected));
    const view = fleets.get(s.id);
    await waitFor(() => expect(view?.nextLookAt).toBeLessThanOrEqual(s.deps.clock.now()));
  }
  expect(lines.filter((line) => line === 'fleet.not_seen')).toHaveLength(2);
});

const answered = { status: 'success', result: emptyObject, duration_ms: 1 } as const;

test.each(['instance-gone', 'instance-busy', 'instance-restarting'] as const)(
  'a call refused with %s goes to another instance',
  async (code) => {
    const s = await liveScene({ max: 2 });
    const called: string[] = [];
    const refusing: Deps['builder']['call'] = async (id) => {
      called.push(id);
      if (called.length === 1) throw new BuilderError(code, 'refused');
      return answered;
    };
    expect((await call(s, { builder: { call: refusing }, fleets: viewOf(s.id, [1, 2]) })).answer).toEqual(answered);
    expect(called.sort()).toEqual([s.id, `${s.id}-2`]);
  },
);

test('a deployment that has ended stops all its instances, and none of them starts again', async () => {
  const s = await liveScene({ max: 3 });
  await startInstance(s.deps, s.id, s.version, { number: 3 });
  await advanceDeployment(s.deps, (await deploy(s)).id);
  s.clock.advance(60_000);
  await stopDueInstances(s.deps, s.version.pluginId);
  const ids = [1, 2, 3].map((number) => fleetInstanceId(s.id, number));
  expect(await Promise.all(ids.map((id) => s.deps.builder.status(id)))).toEqual([undefined, undefined, undefined]);
  const starts = ids.map((_, at) => startInstance(s.deps, s.id, s.version, { number: at + 1 }));
  const codes = (await Promise.allSettled(starts)).map((one) => one.status === 'rejected' && one.reason.code);
  expect(codes).toEqual(['stopped', 'stopped', 'stopped']);
});

test('a redeployment, or a new version, has as many instances as its predecessor before it gets calls', async () => {
  const s = await liveScene({ max: 3 });
  await startInstance(s.deps, s.id, s.version, { number: 2 });
  const again = await deploy(s);
  await advanceDeployment(s.deps, again.id);
  expect(await awake(s, again.id)).toEqual([1, 2]);
  const files = filesWith({ max: 3 }, '1.1.0');
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.1.0', files });
  expect(await awake(s, (await live(s, v1)) as DeploymentId)).toEqual([1, 2]);
  const steps = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, again.id));
  const log = steps.find(({ step }) => step === 'verify')?.log;
  expect(log?.map(({ line }) => line)).toContain('Starting 2 instances, because the live deployment has 2 awake.');
});
