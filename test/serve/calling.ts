// Calls a live plugin through the domain function.
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { type Invocation, invoke } from '../../src/serve/invoke.ts';
import { newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import type { ExtractorCallee } from '../../src/serve/route-lookup.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

/** Returns the arguments of the call. */
export const echo = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"inputs": inputs, "parameters": parameters}
`;

export async function liveScene(): Promise<Scene & { id: string }> {
  const s = await scene({ files: { 'realtime.py': echo } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

export const whole = { by: 'version' as const, pluginId: 'hello_ext_1_0_0' };

export function called(
  s: Scene,
  builder: Partial<Builder> = {},
  callee: { by: 'version'; pluginId: string } | { by: 'name'; name: string } = whole,
  routes: RouteCache = newRouteCache(),
): Promise<Invocation> {
  const deps = { ...s.deps, builder: { ...s.deps.builder, ...builder }, ...emptyCallCaches(), routes };
  const at: ExtractorCallee = { namespaceId: s.namespaceId, ...callee };
  return invoke(deps, s.actor, at, callOf({ n: 1 }));
}

/** Returns a builder that fails the first calls with these codes, and then calls the instance. */
export function failing(s: Scene, ...codes: BuilderError['code'][]) {
  const commands: string[] = [];
  const builder: Partial<Builder> = {
    call: (id, body, options) => {
      commands.push('call');
      const code = codes.shift();
      return code ? Promise.reject(new BuilderError(code, 'as the test says')) : s.deps.builder.call(id, body, options);
    },
    start: (id, spec) => {
      commands.push('start');
      return s.deps.builder.start(id, spec);
    },
  };
  return { builder, commands };
}
