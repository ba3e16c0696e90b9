// Deploys a plugin over HTTP with the real builder.
import { expect } from 'vitest';
import { type PluginOptions, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export const deploymentId = expect.stringMatching(/^dep_[0-9a-z]{26}$/);

export const feature_uri = 'mixpeek://hello_ext@1.0.0/hello_ext_vector';

export async function published(options: PluginOptions = {}): Promise<Organization & { at: string }> {
  const org = await organization();
  await publish(org, plugin(options));
  return { ...org, at: `${org.plugins}/hello_ext_1_0_0` };
}

const handler = `from shared.plugins.inference.serve import BaseInferenceService


class HelloInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        if "die" in inputs:
            import os

            os._exit(9)
        if "divide" in inputs:
            return {"quotient": 1 / inputs["divide"]}
        return {"embedding": [0.5], "inputs": inputs, "parameters": parameters}
`;

export async function live(): Promise<Organization & { at: string }> {
  const org = await published({ files: { 'realtime.py': handler } });
  await org.post(`${org.at}/deploy`);
  await waitFor(async () => expect((await org.get(`${org.at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });
  return org;
}

export function statusOf(org: Organization, fields: Record<string, unknown>) {
  return {
    plugin_id: 'hello_ext_1_0_0',
    namespace_id: org.namespaceId,
    name: 'hello_ext',
    version: '1.0.0',
    feature_uri,
    realtime_enabled: false,
    deployed: false,
    queued_at: null,
    estimated_completion_seconds: null,
    route_prefix: null,
    deployed_at: null,
    error: null,
    retry: null,
    serving: null,
    ...fields,
  };
}
