// A live plugin that reports as many values as a call asks for.
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitUntil } from '../../../support/waiting.ts';

/** Yields `count` values, and then waits for minutes. */
const counting = `import asyncio
from shared.plugins.inference.serve import BaseInferenceService


class CountsInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        for value in range(inputs["count"]):
            yield value
        await asyncio.sleep(600)
`;

export async function countingOrganization(): Promise<Organization> {
  const org = await organization();
  await publish(org, plugin({ name: 'counts', files: { 'realtime.py': counting } }));
  await org.post(`${org.plugins}/counts_1_0_0/deploy`);
  await waitUntil(async () => Object((await org.get(`${org.plugins}/counts_1_0_0/status`)).body).deployed);
  return org;
}
