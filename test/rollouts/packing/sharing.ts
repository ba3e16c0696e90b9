// Plugins that share a container of a real builder.
import type { DeploymentId } from '../../../src/core/ids.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import type { PluginVersion } from '../../../src/registry/versions/versions.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { newRouteCache } from '../../../src/serve/route.ts';
import type { Hosted } from '../../support/containers/hosted-containers.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { putIn } from '../../support/scenes/packed.ts';
import { deploy, publishVersion, type Scene } from '../../support/scenes/scene.ts';

const handler = `import os


class WorkingInferenceService:
    held = b""

    async def run_inference(self, inputs, parameters):
        if "say" in inputs:
            print(inputs["say"], flush=True)
        if "die" in inputs:
            os._exit(9)
        if "mib" in inputs:
            self.held = bytearray(b"x") * (inputs["mib"] << 20)
        return {"hello_ext_vector": [0.0, 1.0, 0.0, 1.0]}
`;

interface Extra {
  /** Additional lines in the plugin's manifest.py. */
  manifest?: string;
  /** Lines that the plugin's realtime.py runs first when it starts. */
  atStart?: string;
}

export interface Plugin {
  name: string;
  id: DeploymentId;
  version: PluginVersion;
}

export async function published(s: Scene, name: string, extra: Extra = {}): Promise<PluginVersion> {
  const manifestText = manifest({ name, version: '1.0.0', extra: extra.manifest ?? '' });
  const files = {
    'manifest.py': manifestText.replaceAll(`${name}_vector`, 'hello_ext_vector'),
    'realtime.py': `${extra.atStart ?? ''}${handler}`,
  };
  return publishVersion(s.deps, s.actor, s.namespaceId, { name, files });
}

/** Routes the plugin to the container, without starting an instance yet. */
export async function placed(s: Scene, name: string, container: string, extra: Extra = {}): Promise<Plugin> {
  const version = await published(s, name, extra);
  const { id } = await deploy({ ...s, version });
  await advanceDeployment(s.deps, id);
  await putIn(s, id, { container, size: 'basic', mib: 256, network: false });
  return { name, id, version };
}

export function caller(s: Scene, { builder, cache }: Pick<Hosted, 'builder' | 'cache'>) {
  const deps: Deps = { ...s.deps, builder, placed: () => cache.clear() };
  const routes = newRouteCache();
  const fleets = new Map();
  return async (name: string, inputs = {}) => {
    const callee = { by: 'name' as const, namespaceId: s.namespaceId, name };
    const called = { ...deps, ...emptyCallCaches(), routes, fleets };
    return (await invoke(called, s.actor, callee, callOf(inputs))).answer.status;
  };
}

export const names = (count: number) => Array.from({ length: count }, (_, at) => `plugin_${at + 1}`);
