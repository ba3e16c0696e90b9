// Plugins that operators and organizations place on clusters or builders.
import { eq } from 'drizzle-orm';
import type { DeploymentId } from '../../../../src/core/ids.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { manifest, type PluginOptions } from '../../../support/plugins/plugin.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import type { RayScene } from './ray-scene.ts';

export const operator = { type: 'admin', id: 'tests' } as const;

export const network = ['api.example.com'];

export const asksNetwork = `permissions = {"network": ${JSON.stringify(network)}}`;

export function plugin(extra = ''): PluginOptions {
  return { files: { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra }) } };
}

export async function read(s: RayScene, id: DeploymentId) {
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  if (!row) throw new Error('the deployment is gone');
  return row;
}

export async function deployed(s: RayScene) {
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id).catch(() => {});
  return read(s, id);
}
