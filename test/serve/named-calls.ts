// Calls a plugin by its name.
import type { DeploymentType } from '../../src/contract/states.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import type { PluginVersion } from '../../src/registry/versions/versions.ts';
import { rollBack } from '../../src/rollouts/rollback/rollback.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, publishVersion, type Scene, scene } from '../support/scenes/scene.ts';

/** Returns a plugin that answers with its own version number. */
export function saying(version: string) {
  const realtime = `class NumberInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"version": "${version}"}
`;
  return { version, files: { 'realtime.py': realtime } };
}

export async function two(): Promise<Scene & { v0: PluginVersion; v1: PluginVersion }> {
  const s = await scene(saying('1.0.0'));
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, saying('1.0.1'));
  return { ...s, v0: s.version, v1 };
}

export async function live(s: Scene, version: PluginVersion, type: DeploymentType = 'realtime'): Promise<void> {
  const { id } = await deploy({ ...s, version }, type);
  await advanceDeployment(s.deps, id);
}

/** Returns the number of the version that answers, or the error. */
export async function answering(s: Scene, routes: RouteCache = newRouteCache(), name = 'hello_ext'): Promise<string> {
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name };
  try {
    const { answer } = await invoke({ ...s.deps, ...emptyCallCaches(), routes }, s.actor, callee, callOf());
    return answer.status === 'success' ? String(Object(answer.result.parsed()).version) : answer.error.message;
  } catch (error) {
    return String(error);
  }
}

export async function back(s: Scene, version: 0 | 1): Promise<void> {
  const number = { major: 1, minor: 0, patch: version };
  const request = { name: 'hello_ext', version: number, message: null };
  const { traffic } = await rollBack(s.deps, s.actor, s.namespaceId, request);
  if (traffic.state === 'deploying') await advanceDeployment(s.deps, traffic.deploymentId);
}
