// Tests a deployment's steps when its worker dies, when the sweep resends it, and after dead letters.
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { leases } from '../../src/contract/limits/leases.ts';
import { deploymentStepRows, deployments } from '../../src/db/schema/deploy.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import { artifactKey } from '../../src/instances/builds/builds.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { claimDeployment } from '../../src/rollouts/steps/claim.ts';
import { abandonDeployment, RetryLater } from '../../src/rollouts/steps/retry-policy.ts';
import { sweepDeployments } from '../../src/rollouts/sweep.ts';
import { goPlugin } from '../support/plugins/go-plugins.ts';
import { runStep } from '../support/scenes/deployment-steps.ts';
import { deploy, overview, scene } from '../support/scenes/scene.ts';

test('a plugin whose process exits during its own example fails the deployment', async () => {
  const dying =
    'import os\n\nclass EchoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        os._exit(1)\n';
  const s = await scene({ files: { 'realtime.py': dying, 'tests/examples/one.json': '{}' } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { newest } = await overview(s);
  expect([newest?.status, newest?.attempts, newest?.error]).toEqual([
    'failed',
    1,
    "tests/examples/one.json: The plugin's process exited during the call: exit code 1.",
  ]);
});

test.each(['claimed', 'starting', 'verifying', 'ready'] as const)(
  'a worker that dies while %s loses its lease; once the lease expires, the sweep sends the deployment again, and it is promoted',
  async (state) => {
    const s = await scene();
    const { deps } = s;
    const heardOf = (wanted: string) => s.sent.filter((message) => message.id === wanted).length;
    const { id } = await deploy(s);
    const dying = await claimDeployment(deps, id);
    if (!dying) throw new Error('not claimed');
    const way = ['starting', 'verifying', 'ready'] as const;
    const steps = { starting: 'start', verifying: 'verify', ready: 'promote' } as const;
    for (const next of way.slice(0, state === 'claimed' ? 0 : way.indexOf(state) + 1))
      await runStep(deps, dying, { state: next, step: steps[next] }, async () => {});

    await sweepDeployments(deps);
    expect(heardOf(id)).toBe(1);
    await advanceDeployment(deps, id);
    expect((await overview(s)).newest?.status).toBe(state);

    s.clock.advance(leases.deployment.leaseMs);
    await sweepDeployments(deps);
    expect(heardOf(id)).toBe(2);
    await advanceDeployment(deps, id);
    expect((await overview(s)).serving?.id).toBe(id);
    const rows = await deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
    const done = way.slice(0, state === 'claimed' ? 0 : way.indexOf(state));
    // Completed steps are not run again.
    expect(Object.fromEntries(rows.map(({ attempt, step }) => [step, attempt]))).toEqual(
      Object.fromEntries(way.map((name) => [steps[name], done.includes(name) ? 1 : 2])),
    );
    await expect(runStep(deps, dying, { state: 'ready', step: 'promote' }, async () => {})).rejects.toThrow(
      'lost the lease',
    );
  },
);

test('the sweep leaves a deployment to the worker that holds the lease', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await claimDeployment(s.deps, id);
  s.sent.length = 0;
  s.clock.advance(leases.deployment.leaseMs - 1);
  await sweepDeployments(s.deps);
  expect(s.sent.filter((message) => message.id === id)).toEqual([]);
});

test('a Go plugin whose executable is no longer stored fails in the first step, with the fix', async () => {
  const s = await scene();
  const organizationId = s.actor.organizationId;
  await goPlugin({ id: organizationId, namespaceId: s.namespaceId }, 'pipeline', 'lost');
  const ofName = and(eq(pluginVersions.ownerId, s.namespaceId), eq(pluginVersions.name, 'lost'));
  const [version] = await s.deps.db.select().from(pluginVersions).where(ofName);
  if (!version) throw new Error('the plugin is not installed');
  await s.deps.blobs.delete(artifactKey(version.built?.artifact.sha256 ?? ''));
  const { id } = await deploy({ ...s, version });
  await advanceDeployment(s.deps, id);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect([row?.status, row?.error]).toEqual([
    'failed',
    'The executable of this version is not in the store. Install the plugin again.',
  ]);
  const steps = await s.deps.db.select().from(deploymentStepRows).where(eq(deploymentStepRows.deploymentId, id));
  expect(steps.map(({ step }) => step)).toEqual(['build']);
});

test('a builder that fails to start a plugin costs an attempt, and the deployment names the cause until the next one', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const error = { code: 'builder-failed', message: "The builder's disk is full." } as const;
  const failing: typeof s.deps.builder = {
    ...s.deps.builder,
    start: async function* () {
      yield { type: 'failed', error };
    },
  };
  await expect(advanceDeployment({ ...s.deps, builder: failing }, id)).rejects.toBeInstanceOf(RetryLater);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect([row?.status, row?.error]).toEqual(['starting', error.message]);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
});

test("the sweep sends a deployment again only after the deployment's backoff", async () => {
  const s = await scene();
  const { id } = await deploy(s);
  const builder: typeof s.deps.builder = {
    ...s.deps.builder,
    start: async function* () {
      yield* [];
      throw new BuilderError('unreachable', 'The builder does not answer');
    },
  };
  for (let attempts = 0; attempts < 3; attempts++)
    await expect(advanceDeployment({ ...s.deps, builder }, id)).rejects.toThrow('The builder does not answer');
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  const waitMs = (row?.nextAttemptAt ?? 0) - s.clock.now();
  expect([waitMs >= 40_000, waitMs <= 50_000]).toEqual([true, true]);
  const messages = () => s.sent.filter((message) => message.id === id).length;
  s.sent.length = 0;
  s.clock.advance(waitMs - 1);
  await sweepDeployments(s.deps);
  expect(messages()).toBe(0);
  s.clock.advance(1);
  await sweepDeployments(s.deps);
  expect(messages()).toBe(1);
});

test('a dead letter fails its deployment', async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await abandonDeployment(s.deps, id);
  expect((await overview(s)).newest?.error).toMatch(/The plugin is not at fault. Deploy it again./);
});

const handler =
  'class EchoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n';

test.each([
  ['an import that fails', `import nosuchmodule\n${handler}`, /nosuchmodule/],
  [
    'a syntax that this Python refuses',
    'class EchoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n\nreturn 1\n',
    /realtime\.py:5/,
  ],
  [
    'a handler that cannot be made',
    'class EchoInferenceService:\n    def __init__(self):\n        raise ValueError("no model")\n    async def run_inference(self, inputs, parameters):\n        return {}\n',
    /no model/,
  ],
])('%s fails the deployment with a matching message, and nothing is retried', async (_case, realtime, words) => {
  const s = await scene({ files: { 'realtime.py': realtime } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { serving, newest } = await overview(s);
  expect([serving, newest?.status, newest?.attempts]).toEqual([null, 'failed', 1]);
  expect(newest?.error).toMatch(words);
});
