// A live plugin with an input schema.
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const realtime = `class UpperInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"upper": inputs["text"].upper(), "at": inputs["items"][1] if "items" in inputs else None}
`;

const declared = `feature_extractor_name = "hello_ext"
version = "1.0.0"
features = []
input_schema = {"type": "object", "properties": {"text": {"type": "string"}, "items": {"type": "array", "minItems": MIN}}, "required": ["text"]}
`;

interface Live {
  org: Organization;
  call(inputs: object, path?: string): Promise<Record<string, unknown>>;
  counts(): Promise<unknown>;
}

export async function live(minItems = 2): Promise<Live> {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(
    org,
    plugin({ files: { 'realtime.py': realtime, 'manifest.py': declared.replace('MIN', String(minItems)) } }),
  );
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
  await advanceDeployment(app.deps, deployment_id);
  return {
    org,
    call: async (inputs, path = '/by-name/hello_ext/realtime') =>
      Object((await org.post(`${org.plugins}${path}`, { inputs })).body),
    counts: async () => Object((await org.get(`${org.plugins}/by-name/hello_ext/traffic`)).body).total,
  };
}
