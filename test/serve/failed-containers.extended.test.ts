// Tests what callers, deployments and events report about containers that could not start.
import { and, asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { containerLimits } from '../../src/contract/limits/containers.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import { deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { events } from '../../src/db/schema/events.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';

/** Returns a builder whose containers are asleep and can't start. */
function failing({ deps }: Scene, error: BuilderError): Builder {
  const gone = () => Promise.reject(new BuilderError('instance-gone', 'The container is not running.'));
  return {
    ...deps.builder,
    call: gone,
    // biome-ignore lint/correctness/useYield: fails before the first event, as a start without a container does
    async *start() {
      throw error;
    },
  };
}

async function liveScene(): Promise<Scene & { id: string }> {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

function call({ deps, actor, namespaceId }: Scene, builder: Builder) {
  const callee = { by: 'version' as const, namespaceId, pluginId: 'hello_ext_1_0_0' };
  return invoke({ ...deps, builder, ...emptyCallCaches() }, actor, callee, callOf());
}

async function noCapacityEvents({ deps }: Scene, id: string) {
  const ofDeployment = and(eq(events.subjectId, id), eq(events.type, 'instance.no_capacity'));
  const rows = await deps.db.select().from(events).where(ofDeployment).orderBy(asc(events.seq));
  return rows.map(({ organizationId, namespaceId, actor, data }) => ({ organizationId, namespaceId, actor, data }));
}

const noCapacity = new BuilderError('no-capacity', 'No container is free: maximum number of running containers');
const absentImage = new BuilderError('container-failed', 'The container did not start: Container failed to start.');

test('a call that finds no free container gets its own problem type, and one event reports it', async () => {
  const s = await liveScene();
  const builder = failing(s, noCapacity);
  const problem = { code: 'no-capacity', status: 503, retryAfterSeconds: containerLimits.retryAfterSeconds };
  await expect(call(s, builder)).rejects.toMatchObject(problem);
  await expect(call(s, builder)).rejects.toMatchObject(problem);
  const event = {
    organizationId: s.actor.organizationId,
    namespaceId: s.namespaceId,
    actor: { type: 'system', id: 'slipway' },
    data: {},
  };
  expect(await noCapacityEvents(s, s.id)).toEqual([event]);
  s.clock.advance(containerLimits.noCapacityEventMs);
  await expect(call(s, builder)).rejects.toMatchObject(problem);
  expect(await noCapacityEvents(s, s.id)).toEqual([event, event]);
});

test('a call to a container that does not start gets the cause', async () => {
  const s = await liveScene();
  await expect(call(s, failing(s, absentImage))).rejects.toMatchObject({
    code: 'builder-unavailable',
    status: 503,
    retryAfterSeconds: containerLimits.retryAfterSeconds,
    message: 'The plugin cannot be reached at the moment. The container did not start: Container failed to start.',
  });
});

test('a deployment whose container does not start reports the cause in its step, its log, and finally its error', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const deps = { ...s.deps, builder: failing(s, absentImage) };
  await expect(advanceDeployment(deps, id)).rejects.toThrow(absentImage.message);
  const [step] = await s.deps.db
    .select()
    .from(deploymentStepRows)
    .where(and(eq(deploymentStepRows.deploymentId, id), eq(deploymentStepRows.step, 'start')));
  expect([step?.error, step?.log?.map(({ stream, line }) => `${stream}: ${line}`)]).toEqual([
    absentImage.message,
    [`host: ${absentImage.message}`],
  ]);
  expect((await overview(s)).newest).toMatchObject({ status: 'starting', error: absentImage.message });
  await s.deps.db
    .update(deployments)
    .set({ attempts: leases.deployment.attemptsMax - 1 })
    .where(eq(deployments.id, id));
  s.clock.advance(3_600_000);
  await advanceDeployment(deps, id);
  expect((await overview(s)).newest?.error).toBe(
    'Slipway could not deploy this version after 8 attempts. The last one failed: The container did not start: Container failed to start. The plugin is not at fault. Deploy it again.',
  );
});

test('a deployment that finds no free container is retried, and an event reports why', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await expect(advanceDeployment({ ...s.deps, builder: failing(s, noCapacity) }, id)).rejects.toThrow();
  expect(await noCapacityEvents(s, id)).toHaveLength(1);
  s.clock.advance(3_600_000);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
});
