// A live plugin whose answers do not match its manifest.
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return inputs
`;

const declared = `feature_extractor_name = "hello_ext"
version = "1.0.0"
features = []
output_schema = {"type": "object", "properties": {"size": {"type": "integer"}, "code": {"pattern": "^(a+)+$"}}}
`;

interface Live {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  call(inputs: object, path?: string): Promise<Record<string, unknown>>;
  warnings(): Promise<string[]>;
  counts(): Promise<unknown>;
}

export async function live(): Promise<Live> {
  const clock = clockAt(Date.parse('2026-11-20T12:30:00Z'));
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': realtime, 'manifest.py': declared } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
  await advanceDeployment(app.deps, deployment_id);
  const logs = `/v1/namespaces/${org.namespaceId}/deployments/${deployment_id}/logs`;
  const log = z.object({ lines: z.array(z.object({ line: z.string() })) });
  return {
    org,
    clock,
    call: async (inputs, path = '/by-name/hello_ext/realtime') =>
      Object((await org.post(`${org.plugins}${path}`, { inputs })).body),
    warnings: async () =>
      log
        .parse((await org.get(logs)).body)
        .lines.map(({ line }) => line)
        .filter((line) => line.startsWith('Warning')),
    counts: async () => Object((await org.get(`${org.plugins}/by-name/hello_ext/traffic`)).body).total,
  };
}

export const warning =
  'Warning: an answer does not match what manifest.py declares: size: expected integer, got "many"';
