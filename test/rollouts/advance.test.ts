// Tests a deployment's steps, and its records when it succeeds, when the plugin is at fault, and when its worker dies.
import { asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import { jsonNull } from '../../src/core/json/text.ts';
import { deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { RetryLater } from '../../src/rollouts/steps/retry-policy.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';

async function eventsOf({ deps }: Scene, subjectId: string) {
  const rows = await deps.db.select().from(events).where(eq(events.subjectId, subjectId)).orderBy(asc(events.id));
  return rows.map((row) => row.type);
}

test('a deployment is promoted, with its steps and events', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { serving, newest } = await overview(s);
  expect([serving?.id, newest?.status]).toEqual([id, 'promoted']);
  const steps = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
  expect(Object.fromEntries(steps.map((step) => [step.step, step.error]))).toEqual({
    start: null,
    verify: null,
    promote: null,
  });
  expect(await eventsOf(s, id)).toEqual([
    'deployment.queued',
    'deployment.claimed',
    'deployment.starting',
    'deployment.verifying',
    'deployment.ready',
    'deployment.promoted',
  ]);
});

test('a message delivered twice changes nothing', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const before = await eventsOf(s, id);
  await advanceDeployment(s.deps, id);
  expect(await eventsOf(s, id)).toEqual(before);
});

test('a wrong answer to an example fails the deployment', async () => {
  const s = await scene({
    files: { 'tests/examples/one.json': '{"inputs":{"text":"a"},"result":{"inputs":{"text":"b"}}}' },
  });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { serving, newest } = await overview(s);
  expect([serving, newest?.status, newest?.error]).toEqual([
    null,
    'failed',
    'tests/examples/one.json: expected inputs to be {"text":"b"}, got {"text":"a"}',
  ]);
});

test('a failed redeploy does not affect traffic', async () => {
  const s = await scene({
    files: { 'tests/examples/one.json': '{"inputs":{"text":"a"},"result":{"inputs":{"text":"a"}}}' },
  });
  const first = await deploy(s);
  await advanceDeployment(s.deps, first.id);
  const second = await deploy(s);
  const broken = {
    ...s.deps.builder,
    call: async () => ({ status: 'success' as const, result: jsonNull, duration_ms: 0 }),
  };
  await advanceDeployment({ ...s.deps, builder: broken }, second.id);
  const { serving, newest } = await overview(s);
  expect([serving?.id, newest?.id, newest?.status]).toEqual([first.id, second.id, 'failed']);
});

test('an unreachable builder costs an attempt, and the next attempt continues after the backoff', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const away = {
    ...s.deps.builder,
    start: async function* () {
      yield* [];
      throw new BuilderError('unreachable', 'The builder does not answer');
    },
  };
  const failure = await advanceDeployment({ ...s.deps, builder: away }, id).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RetryLater);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect([row?.status, row?.leaseUntil]).toEqual(['starting', null]);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
});

test('a deployment fails after its last attempt', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await s.deps.db
    .update(deployments)
    .set({ attempts: leases.deployment.attemptsMax - 1 })
    .where(eq(deployments.id, id));
  const away = {
    ...s.deps.builder,
    start: async function* () {
      yield* [];
      throw new BuilderError('unreachable', 'The builder does not answer');
    },
  };
  await advanceDeployment({ ...s.deps, builder: away }, id);
  expect((await overview(s)).newest?.status).toBe('failed');
});
