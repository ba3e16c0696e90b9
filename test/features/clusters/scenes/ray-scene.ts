// A scene with the Worker's builder, and with clusters for which a fake Ray answers.
import { eq, sql } from 'drizzle-orm';
import type { ClusterNetwork } from '../../../../src/contract/states.ts';
import type { OrganizationId } from '../../../../src/core/ids.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../../src/deps.ts';
import { addCluster } from '../../../../src/features/clusters/clusters.ts';
import { builderWithRay } from '../../../../src/features/clusters/ray/driver.ts';
import { clusterApplications, clusters } from '../../../../src/features/clusters/tables.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import type { FakeReceiver } from '../../../support/fake-receiver.ts';
import { manifest, type PluginOptions } from '../../../support/plugins/plugin.ts';
import { deploy, type Scene, scene } from '../../../support/scenes/scene.ts';
import { type FakeRay, fakeRay } from './fake-ray.ts';

export interface RayScene extends Scene, FakeReceiver {
  ray: FakeRay;
}

/** Returns a plugin that needs half a GPU. */
export function gpuPlugin(extra = ''): PluginOptions {
  const more = `serve_config = {"num_gpus": 0.5}\n${extra}`;
  return { files: { 'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: more }) } };
}

/** A pipeline.py with a step that asks for a GPU. */
export const gpuStep = `from engine.plugins.extractors.pipeline import PipelineDefinition, ResourceType, StepDefinition, build_pipeline_steps


class Double:
    def __init__(self, config):
        pass

    def __call__(self, batch):
        batch["twice"] = [2 * n for n in batch["n"]]
        return batch


def build_steps(extractor_request, container=None, **kwargs):
    steps = [StepDefinition(Double, resource_type=ResourceType.GPU)]
    return {"steps": build_pipeline_steps(PipelineDefinition("rows", "1.0.0", steps))}
`;

/** Returns a scene, after removing all clusters of earlier scenes. */
export async function rayScene(options: PluginOptions = gpuPlugin()): Promise<RayScene> {
  const s = await scene(options);
  await forgetClusters(s);
  const fake = fakeRay();
  return { ...s, ...fake, deps: withRay(s.deps, fake.fetch, s.actor.organizationId) };
}

export async function forgetClusters({ deps: { db } }: Pick<Scene, 'deps'>): Promise<void> {
  await db.delete(clusterApplications).where(sql`true`);
  await db.delete(clusters).where(sql`true`);
}

/** Deploys the scene's version, and returns what became of that. */
export async function deployed(s: RayScene) {
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id).catch(() => {});
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  return { id, status: row?.status, error: row?.error, placement: row?.placement };
}

/** Returns the dependencies of another Worker, with empty caches. */
export function withRay(deps: Deps, fetch: Deps['fetch'], grantingOrganization: OrganizationId): Deps {
  const replaced = { ...deps, fetch, grantingOrganization };
  return { ...replaced, builder: builderWithRay(deps.builder, { ...replaced, places: new Map() }) };
}

export async function connect(
  { deps }: Pick<RayScene, 'deps'>,
  trustedFor: OrganizationId[] | null = null,
  { name = 'gpu', network = 'none' }: { name?: string; network?: ClusterNetwork } = {},
): Promise<typeof clusters.$inferSelect> {
  const urls = { dashboardUrl: `https://${name}.example.com`, serveUrl: `https://serve-${name}.example.com` };
  const token = 'a-token-of-ray-0123456789abcdef';
  await addCluster(deps, { type: 'admin', id: 'tests' }, { name, ...urls, token, trustedFor, network });
  const [row] = await deps.db.select().from(clusters).where(eq(clusters.name, name));
  if (!row) throw new Error('the cluster was not added');
  return row;
}
