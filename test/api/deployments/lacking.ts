// A plugin that needs a grant, a secret and more.
import { z } from 'zod';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { give } from '../../support/scenes/granted.ts';
import { organization } from '../../support/scenes/organization.ts';
import { removeSecret, storeSecret } from '../../support/scenes/secrets.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

export const deploymentId = z.object({ deployment_id: z.templateLiteral(['dep_', z.string()]) });

export const lackingAll = `permissions = {"network": ["api.example.com"], "secrets": ["TOKEN"], "memory_mb": 4096}
models = ["weights"]
compute_profile = {"resource_type": "gpu"}
dependencies = ["six==99.0"]
`;

export const asking = (extra: string, version = '1.0.0') =>
  plugin({
    name: 'tagger',
    version,
    realtime: true,
    files: { 'manifest.py': manifest({ name: 'tagger', version, extra }) },
  });

export async function scene() {
  const { queues } = losingQueues();
  const watched = watchedBuilder(testApp().deps.builder);
  const app = testApp({ queues, builder: watched.builder });
  const org = await organization({ fetch: app.fetch });
  const here = `/v1/namespaces/${org.namespaceId}`;
  const version = `${here}/plugins/tagger_1_0_0`;
  return {
    org,
    here,
    called: watched.called,
    deploy: async () => {
      const { body } = await org.post(`${version}/deploy`);
      await advanceDeployment(app.deps, deploymentId.parse(body).deployment_id);
      const status = await org.get(`${version}/status`);
      return z.object({ status: z.string(), error: z.string().nullish() }).parse(status.body);
    },
    batch: async () => {
      await org.post(`${version}/deploy?deployment_type=batch_only`);
      return (await org.post(`${version}/batch/test`, { rows: [{}] })).body;
    },
    call: async () => (await org.post(`${version}/realtime/test`, { inputs: {} })).body,
    check: (body: object, at = here) => org.post(`${at}/plugins/requirements`, body),
    grant: (permissions: Permissions) => give(org, { plugin: 'tagger', permissions }),
    setSecret: () => storeSecret({ namespaceId: org.namespaceId, name: 'TOKEN', value: 'value-of-token' }),
    deleteSecret: () => removeSecret({ namespaceId: org.namespaceId, name: 'TOKEN' }),
  };
}

export const grants =
  'tagger 1.0.0 asks for more than it is granted: network api.example.com, secret TOKEN, memory 4096 MiB. Ask an administrator of the organization to run `slipway grants give tagger --network api.example.com --secret TOKEN --memory-mb 4096`.';

export const secret =
  'The plugin asks for the secret TOKEN, which is not set in the namespace default. Run `slipway secrets set TOKEN --namespace default`.';

export const model =
  'The plugin names the model weights, which the namespace default does not have. Run `slipway models put weights FILE --namespace default`.';

export const gpu =
  'The plugin asks for a GPU, but no builder lends one to this organization, and no Ray cluster accepts this organization\'s plugins. An operator starts a builder with BUILDER_GPUS=all, described in docs/gpus.md, or connects a cluster: `slipway clusters add`, described in docs/ray.md. If it can run without a GPU, set `resource_type` in `compute_profile` of manifest.py to "cpu", leave out `num_gpus` and `gpu_memory_gb`, and publish a new version.';

export const declared = {
  name: 'tagger',
  permissions: { network: ['api.example.com'], secrets: ['TOKEN'] },
  models: ['weights'],
  serve_config: { num_gpus: 1 },
};
