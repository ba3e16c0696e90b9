// Deployments that use secrets.
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { DeploymentId } from '../../../../src/core/ids.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { setSecret } from '../../../../src/features/secrets/secrets.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { answerOf } from '../../../support/json-text.ts';
import { manifest, type PluginOptions } from '../../../support/plugins/plugin.ts';
import { deploy, overview, type Scene, scene } from '../../../support/scenes/scene.ts';

export const realtime = `from shared.plugins.secrets import get


class SecretInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"token": get("TOKEN")}
`;

export function asking(...names: string[]) {
  const extra = `permissions = {"secrets": ${JSON.stringify(names)}}`;
  return {
    files: { 'realtime.py': realtime, 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) },
  };
}

/** Creates a scene whose organization grants whatever its plugins request, as a local run does. */
export async function granting(options: PluginOptions): Promise<Scene> {
  const s = await scene(options);
  return { ...s, deps: { ...s.deps, grantingOrganization: s.actor.organizationId } };
}

export const set = (s: Scene, value: string, name = 'TOKEN') =>
  setSecret(s.deps, s.actor, { namespaceId: s.namespaceId, name, value });

export const call = async ({ deps }: Scene, id: DeploymentId) =>
  answerOf(await deps.builder.call(id, '{"inputs": {}, "parameters": {}}'));

export async function live(s: Scene): Promise<DeploymentId> {
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
  return id;
}

export const allDeployments = ({ deps, namespaceId }: Scene) =>
  deps.db.select().from(deployments).where(eq(deployments.namespaceId, namespaceId)).orderBy(deployments.id);
