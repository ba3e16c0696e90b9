// A live plugin whose instance sleeps.
import { advanceDeployment } from '../../../src/pipeline.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../../src/serve/route.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { deploy, type Scene, scene } from '../../support/scenes/scene.ts';

export async function liveScene(): Promise<Scene & { id: string }> {
  const s = await scene();
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

export function call({ deps, actor, namespaceId }: Scene, routes: RouteCache = newRouteCache(), text = 'hello') {
  const callee = { by: 'version' as const, namespaceId, pluginId: 'hello_ext_1_0_0' };
  return invoke({ ...deps, ...emptyCallCaches(), routes }, actor, callee, callOf({ text }));
}
