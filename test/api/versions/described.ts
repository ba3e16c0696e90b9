// A live plugin, and its OpenAPI document.
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return inputs
`;

export const manifest = (version: string, field: string) => `feature_extractor_name = "hello_ext"
version = "${version}"
description = "Greets people."
features = []
input_schema = {
    "type": "object",
    "properties": {"${field}": {"$ref": "#/$defs/a~1b"}},
    "required": ["${field}"],
    "$defs": {"a/b": {"type": "string"}},
}
output_schema = {"type": "object", "properties": {"greeting": {"type": "string"}}}
`;

export async function scene() {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  const put = (version: string, field: string) =>
    publish(org, plugin({ version, files: { 'realtime.py': realtime, 'manifest.py': manifest(version, field) } }));
  const deploy = async (id: string) => {
    const { body } = await org.post(`${org.plugins}/${id}/deploy`);
    await advanceDeployment(app.deps, Object(body).deployment_id);
  };
  return { app, org, put, deploy };
}

export const pathOf = (org: Pick<Organization, 'plugins'>) => `${org.plugins}/by-name/hello_ext/openapi.json`;
