// Tests calls by plugin name: which version answers, and that no call fails during a change.
import { env } from 'cloudflare:workers';
import { expect, onTestFinished, test } from 'vitest';
import { deploymentLimits } from '../../src/contract/limits/deployments.ts';
import type { DeploymentType } from '../../src/contract/states.ts';
import { database } from '../../src/db/client.ts';
import { stopDueInstances } from '../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { undeployVersion } from '../../src/pointers/undeploy.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { rollBack } from '../../src/rollouts/rollback/rollback.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { answerOf, callOf } from '../support/json-text.ts';
import { deploy, publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

const rememberedMs = 10_000;

/** Returns a plugin that answers with its own version number. */
function saying(version: string) {
  const realtime = `class NumberInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"version": "${version}"}
`;
  return { version, files: { 'realtime.py': realtime } };
}

async function two(): Promise<Scene & { v0: PluginVersion; v1: PluginVersion }> {
  const s = await scene(saying('1.0.0'));
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, saying('1.0.1'));
  return { ...s, v0: s.version, v1 };
}

async function live(s: Scene, version: PluginVersion, type: DeploymentType = 'realtime'): Promise<void> {
  const { id } = await deploy({ ...s, version }, type);
  await advanceDeployment(s.deps, id);
}

/** Returns the number of the version that answers, or the error. */
async function answering(s: Scene, routes: RouteCache = newRouteCache(), name = 'hello_ext'): Promise<string> {
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name };
  try {
    const { answer } = await invoke({ ...s.deps, ...emptyCallCaches(), routes }, s.actor, callee, callOf());
    return answer.status === 'success' ? String(Object(answer.result.parsed()).version) : answer.error.message;
  } catch (error) {
    return String(error);
  }
}

async function back(s: Scene, version: 0 | 1): Promise<void> {
  const number = { major: 1, minor: 0, patch: version };
  const request = { name: 'hello_ext', version: number, message: null };
  const { traffic } = await rollBack(s.deps, s.actor, s.namespaceId, request);
  if (traffic.state === 'deploying') await advanceDeployment(s.deps, traffic.deploymentId);
}

test('the live version answers', async () => {
  const s = await two();
  await live(s, s.v0);
  expect(await answering(s)).toBe('1.0.0');
  await live(s, s.v1);
  expect(await answering(s)).toBe('1.0.1');
  await back(s, 0);
  expect(await answering(s)).toBe('1.0.0');
});

test.each<[is: string, name: string, says: string, type?: DeploymentType]>([
  ['no such name', 'no_such_ext', 'Problem: Plugin not found: no_such_ext'],
  ['a text that is no name', '../hello_ext', 'Problem: Plugin not found: ../hello_ext'],
  ["a version's id is no name", 'hello_ext_1_0_0', 'Problem: Plugin not found: hello_ext_1_0_0'],
  ['a name that serves nothing', 'hello_ext', 'Problem: Plugin hello_ext is not deployed'],
  [
    'a name that serves a version for batch only',
    'hello_ext',
    'Problem: Plugin hello_ext is deployed for batch only and has no realtime endpoint',
    'batch_only',
  ],
])('%s is refused', async (_is, name, says, type) => {
  const s = await scene(saying('1.0.0'));
  if (type) await live(s, s.version, type);
  expect(await answering(s, newRouteCache(), name)).toBe(says);
});

test('a route is used for ten seconds, and then looked up in one D1 round trip', async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, s.v1);
  const counted = countedD1(env.DB);
  const watched = { ...s, deps: { ...s.deps, db: database(counted.db) } };
  const routes: RouteCache = newRouteCache();
  const trips = async () => {
    let version = '';
    const made = await counted.during(async () => {
      version = await answering(watched, routes);
    });
    return [version, made];
  };
  expect(await trips()).toEqual(['1.0.1', 1]);
  await back(s, 0);
  expect(await trips()).toEqual(['1.0.1', 0]);
  s.clock.advance(rememberedMs);
  expect(await trips()).toEqual(['1.0.0', 1]);
});

test('a name and a version slug with identical text are cached separately', async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, await publishVersion(s.deps, s.actor, s.namespaceId, { name: 'hello_ext_1_0_0', ...saying('2.0.0') }));
  const routes: RouteCache = newRouteCache();
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const { answer } = await invoke({ ...s.deps, ...emptyCallCaches(), routes }, s.actor, callee, callOf());
  expect(answerOf(answer)).toMatchObject({ result: { version: '1.0.0' } });
  expect(await answering(s, routes, 'hello_ext_1_0_0')).toBe('2.0.0');
});

test('no call fails while a plugin under load is rolled back and forward', { tags: 'long' }, async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, s.v1);
  const routes: RouteCache = newRouteCache();
  const answers: string[] = [];
  let running = true;
  onTestFinished(() => {
    running = false;
  });
  const loads = Array.from({ length: 8 }, async () => {
    while (running) answers.push(await answering(s, routes));
  });
  const settledAt = async (version: string) => {
    s.clock.advance(rememberedMs);
    const seen = await Promise.all(Array.from({ length: 20 }, () => answering(s, routes)));
    answers.push(...seen);
    expect(new Set(seen)).toEqual(new Set([version]));
  };
  await settledAt('1.0.1');
  for (let round = 0; round < 3; round++) {
    // Rollback to a live version.
    await back(s, 0);
    await settledAt('1.0.0');
    await back(s, 1);
    await settledAt('1.0.1');
    // Rollback to a draining version.
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    await back(s, 0);
    await settledAt('1.0.0');
    await back(s, 1);
    await settledAt('1.0.1');
    // Rollback to a version without an instance.
    await undeployVersion(s.deps, s.namespaceId, s.v0, s.actor.ref);
    s.clock.advance(deploymentLimits.pointerDrainMs);
    await stopDueInstances(s.deps, s.version.pluginId);
    await back(s, 0);
    await settledAt('1.0.0');
    await back(s, 1);
    await settledAt('1.0.1');
  }
  running = false;
  await Promise.all(loads);
  expect(answers.filter((answer) => answer !== '1.0.0' && answer !== '1.0.1')).toEqual([]);
  expect(answers.length).toBeGreaterThan(19 * 20);
});
