// A plugin that requests more than the default permissions, in an organization whose queue messages are handled only by the test.
import { z } from 'zod';
import type { Builder } from '../../../../src/contract/builder/builder.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

export const network = ['api.example.com', '*.internal.example:9042'];

export const asking = (permissions: object, version = '1.0.0') =>
  plugin({
    name: 'http_lookup',
    version,
    realtime: true,
    files: {
      'manifest.py': manifest({
        name: 'http_lookup',
        version,
        extra: `permissions = ${JSON.stringify(permissions)}\n`,
      }),
    },
  });

const deploymentId = z.object({ deployment_id: z.templateLiteral(['dep_', z.string()]) });

export async function grantScene(grantingOrganization = false, replaced: Partial<Builder> = {}) {
  const { queues, sent } = losingQueues();
  const { builder } = testApp().deps;
  const app = testApp({ queues, builder: { ...builder, ...replaced } });
  const org = await organization({ fetch: app.fetch });
  const { deps } = grantingOrganization ? testApp({ ...app.deps, grantingOrganization: org.id }) : { deps: app.deps };
  const here = `/v1/namespaces/${org.namespaceId}/plugins`;
  return {
    org,
    deps,
    sent,
    settled: app.settled,
    grant: (permissions: object, more: object = {}) =>
      org.send('PUT', '/v1/grants', {
        body: { plugin: 'http_lookup', namespace: org.namespaceId, permissions, ...more },
      }),
    revoke: () => org.send('DELETE', `/v1/grants?plugin=http_lookup&namespace=${org.namespaceId}`),
    /** Deploys the version, and returns its status and error. */
    deploy: async (pluginId = 'http_lookup_1_0_0') => {
      const requested = await org.post(`${here}/${pluginId}/deploy`);
      const id = deploymentId.parse(requested.body).deployment_id;
      await advanceDeployment(deps, id);
      const { body } = await org.get(`${here}/${pluginId}/status`);
      return z.object({ status: z.string(), error: z.string().nullish() }).parse(body);
    },
    call: async (pluginId = 'http_lookup_1_0_0') =>
      z
        .object({ status: z.string(), error: z.string().nullish() })
        .parse((await org.post(`${here}/${pluginId}/realtime/test`, { inputs: { text: 'x' } })).body),
    /** Deploys the version for batches, and runs one row. */
    batch: async () => {
      await org.post(`${here}/http_lookup_1_0_0/deploy?deployment_type=batch_only`);
      return org.post(`${here}/http_lookup_1_0_0/batch/test`, { rows: [{}] });
    },
    details: async (pluginId = 'http_lookup_1_0_0') =>
      z.object({ plugin: z.object({ permissions: z.unknown() }) }).parse((await org.get(`${here}/${pluginId}`)).body)
        .plugin.permissions,
  };
}
