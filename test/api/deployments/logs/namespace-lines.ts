// Plugins of a namespace that print lines.
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { ownBuilder } from '../../../support/own-builder.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

export const handler = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        if inputs.get("fail"):
            print("INFO asked\\n  to fail\\nERROR it cannot\\n  because of this")
            raise ValueError("no such thing")
        for n in range(inputs.get("burst", 0)):
            print("burst", n)
        print("said <b>", inputs["n"], flush=True)
        return {}
`;

export interface Line {
  line: string;
  plugin: string;
  version: string;
  deployment_id: string;
  at: string;
}

/** Starts a builder and deploys plugins that print lines. */
export async function namespaceLines() {
  // Uses its own builder. If test files shared one, a log chunk stored by one file would be missing from the other's bucket.
  const own = await ownBuilder();
  const app = testApp({ queues: losingQueues().queues, builder: own.builder });

  const org = await organization({ fetch: app.fetch });
  async function call(name: string, n: number): Promise<string | null> {
    const answer = await org.post(`${org.plugins}/by-name/${name}/realtime`, { inputs: { n } });
    return answer.headers.get('slipway-request-id');
  }

  const path = `/v1/namespaces/${org.namespaceId}/logs`;
  for (const name of ['first_ext', 'second_ext']) {
    await publish(org, plugin({ name, files: { 'realtime.py': handler } }));
    const { body } = await org.post(`${org.plugins}/${name}_1_0_0/deploy`);
    await advanceDeployment(app.deps, Object(body).deployment_id);
  }
  await call('first_ext', 1);
  const secondRequest = await call('second_ext', 2);
  await call('first_ext', 3);

  return { own, org, path, secondRequest, app };
}
