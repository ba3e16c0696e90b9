// Deployments of hello_ext that succeed or fail, and so become needs.
import { eq } from 'drizzle-orm';
import { idSchema } from '../../src/contract/ids.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import type { LosingScene } from '../support/scenes/losing-scene.ts';

export const unstartable = `class BrokenInferenceService:
    def __init__(self):
        raise RuntimeError("no model here")

    async def run_inference(self, inputs, parameters):
        return {}
`;

/** Publishes a version of hello_ext and runs its deployment to the end. */
export async function deploy({ deps, org }: LosingScene, version = '1.0.0', files = {}): Promise<string> {
  await publish(org, plugin({ version, realtime: true, files }));
  const { body } = await org.post(`${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  const id = idSchema('deployment').parse(Object(body).deployment_id);
  await advanceDeployment(deps, id);
  return id;
}

export const asking = {
  'manifest.py': manifest({ name: 'hello_ext', version: '1.0.0', extra: 'permissions = {"secrets": ["API_KEY"]}\n' }),
};

/** Runs the failed attempts of the newest deployment until it gives up. */
export async function exhaust({ clock, deps }: LosingScene, id: string): Promise<void> {
  const deployment = idSchema('deployment').parse(id);
  for (let attempt = 0; attempt < 10; attempt++) {
    const [row] = await deps.db.select().from(deployments).where(eq(deployments.id, deployment));
    if (row?.status === 'failed') return;
    clock.advance(60 * 60_000);
    await advanceDeployment(deps, deployment);
  }
}
