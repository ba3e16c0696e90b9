// Tests the limit on an organization's concurrent deployments, which leaves workers for other organizations when deployments hang.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import type { Deployment } from '../../src/pointers/overview.ts';
import { claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { RetryLater } from '../../src/rollouts/steps/retry-policy.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { deploy, overview, publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

const atOnce = deploymentLimits.perOrganizationAtOnce;

/** Deploys this many of the scene organization's plugins. */
async function deployAll(s: Scene, count: number): Promise<Deployment[]> {
  const made: Deployment[] = [];
  for (let number = 1; number <= count; number++) {
    const version = await publishVersion(s.deps, s.actor, s.namespaceId, { name: `plugin_${number}` });
    made.push(await deploy({ ...s, version }));
  }
  return made;
}

function idOf(deployment: Deployment | undefined): Deployment['id'] {
  if (!deployment) throw new Error('there are too few deployments');
  return deployment.id;
}

async function rowOf({ deps }: Scene, id: Deployment['id']) {
  return deps.db
    .select()
    .from(deployments)
    .where(eq(deployments.id, id))
    .limit(1)
    .then(([row]) => row);
}

function timesSent({ sent }: Scene, id: string): number {
  return sent.filter((message) => message.type === 'advance-deployment' && message.id === id).length;
}

test('an organization at its limit waits without using up attempts, and other organizations do not wait', async () => {
  const s = await scene();
  const all = await deployAll(s, atOnce + 1);
  for (const { id } of all.slice(0, atOnce)) expect(await claimDeployment(s.deps, id)).toBeDefined();
  const waiting = idOf(all[atOnce]);
  await advanceDeployment(s.deps, waiting);
  expect(await rowOf(s, waiting)).toMatchObject({ status: 'queued', attempts: 0, leaseToken: null });

  const other = await scene();
  const { id } = await deploy(other);
  await advanceDeployment(other.deps, id);
  expect((await overview(other)).serving?.id).toBe(id);
});

const broken = async function* () {
  yield* [];
  throw new BuilderError('unreachable', 'The builder does not answer');
};

test.each([
  ['succeeds', (deps: Scene['deps']) => deps],
  ['is released for a retry', (deps: Scene['deps']) => ({ ...deps, builder: { ...deps.builder, start: broken } })],
])('the waiting deployment is sent when another deployment %s', async (_, during) => {
  const s = await scene();
  const all = await deployAll(s, atOnce + 1);
  const [first, ...others] = all.slice(0, atOnce);
  for (const { id } of others) await claimDeployment(s.deps, id);
  const waiting = idOf(all[atOnce]);
  expect(timesSent(s, waiting)).toBe(1);
  await advanceDeployment(during(s.deps), idOf(first)).catch((error: unknown) =>
    expect(error).toBeInstanceOf(RetryLater),
  );
  expect(timesSent(s, waiting)).toBe(2);
  await advanceDeployment(s.deps, waiting);
  expect(await rowOf(s, waiting)).toMatchObject({ status: 'promoted' });
});

test('a worker that dies at the limit does not strand waiting deployments: the sweep sends them', async () => {
  const s = await scene();
  const all = await deployAll(s, atOnce + 1);
  for (const { id } of all.slice(0, atOnce)) await claimDeployment(s.deps, id);
  const waiting = idOf(all[atOnce]);
  await advanceDeployment(s.deps, waiting);
  s.clock.advance(20_000);
  await sweepDeployments(s.deps);
  expect(timesSent(s, waiting)).toBe(2);
  await advanceDeployment(s.deps, waiting);
  expect(await rowOf(s, waiting)).toMatchObject({ status: 'promoted' });
});

test("the sweep sends some of each organization's deployments, not only the oldest ones", async () => {
  const s = await scene();
  const all = (await deployAll(s, atOnce + 2)).map(({ id }) => id);
  const other = await scene();
  const { id } = await deploy(other);
  const later = { now: () => Math.max(s.clock.now(), other.clock.now()) + 60_000 };
  const before = new Map([...all, id].map((one) => [one, timesSent(s, one)]));
  await sweepDeployments({ ...s.deps, clock: later });
  const sentNow = [...all, id].filter((one) => timesSent(s, one) > (before.get(one) ?? 0));
  expect(sentNow).toEqual([...all.slice(0, atOnce), id]);
});

test('the builder is told the organization of the plugin that it starts, and a deployment that is refused because of its organization fails', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const organizations: unknown[] = [];
  const message = 'This builder works for another organization (BUILDER_ORGANIZATION).';
  const start: Builder['start'] = async function* (_, spec) {
    yield* [];
    organizations.push(spec.organization);
    throw new BuilderError('other-organization', message);
  };
  await advanceDeployment({ ...s.deps, builder: { ...s.deps.builder, start } }, id);
  expect(organizations).toEqual([s.actor.organizationId]);
  expect(await rowOf(s, id)).toMatchObject({ status: 'failed', attempts: 1, error: message });
});
