// Calls to a name during a release.
import { eq } from 'drizzle-orm';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { releases } from '../../../src/db/schema/releases.ts';
import type { PluginVersion } from '../../../src/registry/versions/versions.ts';
import { startRelease } from '../../../src/rollouts/releases/requested.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { live } from '../../support/scenes/two-versions.ts';
import { waitUntil } from '../../support/waiting.ts';

export const saying = (version: string, body = `return {"version": "${version}"}`) => ({
  version,
  files: {
    'realtime.py': `class NumberInferenceService:
    async def run_inference(self, inputs, parameters):
        ${body}
`,
  },
});

interface Two extends Scene {
  v0: PluginVersion;
  v1: PluginVersion;
}

export async function two(candidate = saying('1.0.1'), stable = saying('1.0.0')): Promise<Two> {
  const s = await scene(stable);
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, candidate);
  return { ...s, v0: s.version, v1 };
}

/** Makes both versions live, with the name at 1.0.0, and starts a release of 1.0.1. */
export async function releasing(plan: object, candidate = saying('1.0.1'), stable = saying('1.0.0')) {
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

export function caller(s: Scene, caches = emptyCallCaches()) {
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  return async (callerKey?: string): Promise<string> => {
    const requestId = s.deps.ids('request');
    const { answer } = await invoke({ ...s.deps, ...caches, requestId, callerKey }, s.actor, callee, callOf());
    return answer.status === 'success' ? String(Object(answer.result.parsed()).version) : answer.error.type;
  };
}

export async function stateOf(s: Scene & { id: string }) {
  const [row] = await s.deps.db
    .select()
    .from(releases)
    .where(eq(releases.id, s.id as never));
  return row;
}

/** Calls until the release has the state. A release counts the calls at intervals, so how many it takes depends on the machine. */
export async function callUntil(s: Scene & { id: string }, call: () => Promise<string>, state: string) {
  const answers: string[] = [];
  await waitUntil(async () => {
    for (let calls = 0; calls < 10; calls += 1) answers.push(await call());
    return (await stateOf(s))?.state === state;
  });
  return answers;
}
