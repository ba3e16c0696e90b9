// Tests releases with real instances: who answers, when calls go back, and when the name moves.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { events } from '../../../src/db/schema/events.ts';
import { releases } from '../../../src/db/schema/releases.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import type { PluginVersion } from '../../../src/registry/versions/versions.ts';
import { startRelease } from '../../../src/rollouts/releases/requested.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { deploy, publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { active, live, named } from '../../support/scenes/two-versions.ts';
import { waitUntil } from '../../support/waiting.ts';

const saying = (version: string, body = `return {"version": "${version}"}`) => ({
  version,
  files: {
    'realtime.py': `class NumberInferenceService:
    async def run_inference(self, inputs, parameters):
        ${body}
`,
  },
});

/** The version fails without `count`, which its schema demands. */
const demanding = (version: string) => {
  const failing = saying(version, 'return {"count": inputs["count"]}');
  const extra = 'input_schema = {"type": "object", "required": ["count"]}\n';
  return { version, files: { ...failing.files, 'manifest.py': manifest({ name: 'hello_ext', version, extra }) } };
};

interface Two extends Scene {
  v0: PluginVersion;
  v1: PluginVersion;
}

async function two(candidate = saying('1.0.1'), stable = saying('1.0.0')): Promise<Two> {
  const s = await scene(stable);
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, candidate);
  return { ...s, v0: s.version, v1 };
}

/** Makes both versions live, with the name at 1.0.0, and starts a release of 1.0.1. */
async function releasing(plan: object, candidate = saying('1.0.1'), stable = saying('1.0.0')) {
  const s = await two(candidate, stable);
  await live(s, s.v1);
  await live(s, s.v0);
  await s.deps.db.run(`update live_pointers set target_id = '${s.v0.id}' where subject_id = '${s.v0.pluginId}'`);
  const request = {
    kind: 'extractor' as const,
    name: 'hello_ext',
    version: '1.0.1',
    plan: releasePlanSchema.parse(plan),
  };
  const { release } = await startRelease({ ...s.deps, clock: systemClock }, s.actor, s.namespaceId, request);
  return { ...s, id: release.id };
}

function caller(s: Scene, caches = emptyCallCaches()) {
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  return async (callerKey?: string): Promise<string> => {
    const requestId = s.deps.ids('request');
    const { answer } = await invoke({ ...s.deps, ...caches, requestId, callerKey }, s.actor, callee, callOf());
    return answer.status === 'success' ? String(Object(answer.result.parsed()).version) : answer.error.type;
  };
}

async function stateOf(s: Scene & { id: string }) {
  const [row] = await s.deps.db
    .select()
    .from(releases)
    .where(eq(releases.id, s.id as never));
  return row;
}

/** Calls until the release has the state. A release counts the calls at intervals, so how many it takes depends on the machine. */
async function callUntil(s: Scene & { id: string }, call: () => Promise<string>, state: string) {
  const answers: string[] = [];
  await waitUntil(async () => {
    for (let calls = 0; calls < 10; calls += 1) answers.push(await call());
    return (await stateOf(s))?.state === state;
  });
  return answers;
}

test('a candidate that fails is reverted, and the name and the active version stay with the stable one', async () => {
  const s = await releasing({ steps: [{ percent: 50 }], hold: { calls: 5000 } }, saying('1.0.1', 'raise ValueError()'));
  const call = caller(s);
  const answers = await callUntil(s, call, 'reverted');
  expect(answers.filter((answer) => answer === 'ValueError').length).toBeLessThan(60);
  expect(await stateOf(s)).toMatchObject({ state: 'reverted', weight: 0, reason: expect.stringContaining('failed') });
  expect([await named(s), await active(s)]).toEqual([s.v0.id, s.v0.id]);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => call())))).toEqual(new Set(['1.0.0']));
  const types = await s.deps.db.select({ type: events.type }).from(events).where(eq(events.subjectId, s.id));
  expect(types.map(({ type }) => type)).toEqual(['release.started', 'release.reverted']);
});

test('a candidate that refuses inputs which the stable version takes is reverted', async () => {
  const s = await releasing({ steps: [{ percent: 50 }], hold: { calls: 5000 } }, demanding('1.0.1'));
  const answers = await callUntil(s, caller(s), 'reverted');
  expect(new Set(answers)).toEqual(new Set(['1.0.0', 'InvalidInput']));
});

test('inputs that both versions refuse count for neither', async () => {
  const plan = { steps: [{ percent: 50 }], hold: { calls: 5000 } };
  const s = await releasing(plan, demanding('1.0.1'), demanding('1.0.0'));
  const caches = emptyCallCaches();
  const call = caller(s, caches);
  const answers = await Promise.all(Array.from({ length: 10 }, () => call()));
  expect(new Set(answers)).toEqual(new Set(['InvalidInput']));
  expect([...caches.releaseCounts.values()].map(({ unreported }) => unreported)).toEqual([]);
});

test('a release goes through its steps, then the name moves once', async () => {
  const s = await releasing({ steps: [{ percent: 20 }, { percent: 60 }], hold: { calls: 20 } });
  const call = caller(s);
  const answers = await callUntil(s, call, 'succeeded');
  expect(new Set(answers)).toEqual(new Set(['1.0.0', '1.0.1']));
  expect(await named(s)).toBe(s.v1.id);
  const types = await s.deps.db.select({ type: events.type }).from(events).where(eq(events.subjectId, s.id));
  expect(types.map(({ type }) => type)).toEqual(['release.started', 'release.stepped', 'release.succeeded']);
});

test('a caller keeps its version while the share grows', async () => {
  const s = await releasing({ steps: [{ percent: 20 }, { percent: 60 }], hold: { calls: 20 }, gates: {} });
  const call = caller(s);
  const seen = new Map<string, string[]>();
  for (let round = 0; round < 12; round += 1)
    for (let key = 0; key < 20; key += 1) {
      const answers = seen.get(`c${key}`) ?? [];
      seen.set(`c${key}`, [...answers, await call(`c${key}`)]);
    }
  for (const answers of seen.values()) expect([...answers].sort()).toEqual(answers);
  expect(new Set([...seen.values()].flat()).size).toBe(2);
});

test('a promotion with a plan begins a release instead of moving the name', async () => {
  const s = await two();
  await live(s, s.v0);
  const { id } = await deploy({ ...s, version: s.v1 }, 'realtime');
  await s.deps.db
    .update(deployments)
    .set({ release: releasePlanSchema.parse({}) })
    .where(eq(deployments.id, id));
  await advanceDeployment(s.deps, id);
  expect(await named(s)).toBe(s.v0.id);
  const [row] = await s.deps.db.select().from(releases).where(eq(releases.pluginId, s.v0.pluginId));
  expect(row).toMatchObject({
    fromVersionId: s.v0.id,
    toVersionId: s.v1.id,
    state: 'rolling',
    createdBy: s.actor.ref,
    weight: 100,
    generation: 1,
  });
});
