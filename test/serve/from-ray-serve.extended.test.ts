// Publishes and calls the plugin in docs/from-ray-serve.md, and compares the blocks on the page with the example's files.
import { expect, test } from 'vitest';
import page from '../../docs/from-ray-serve.md?raw';
import deployment from '../../examples/from_ray_serve/deployment.py?raw';
import manifest from '../../examples/from_ray_serve/sentiment/manifest.py?raw';
import pipeline from '../../examples/from_ray_serve/sentiment/pipeline.py?raw';
import realtime from '../../examples/from_ray_serve/sentiment/realtime.py?raw';
import example from '../../examples/from_ray_serve/sentiment/tests/examples/one.json?raw';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';

test('the page shows every file of the example unchanged', () => {
  const blocks = Array.from(page.matchAll(/^```(?:python|json)\n(.*?)^```$/gms), ([, block = '']) => block);
  expect(blocks).toEqual([deployment, realtime, manifest, pipeline, example]);
});

test('the plugin that replaces a Ray Serve deployment is published, passes its example and answers a call', async () => {
  const org = await organization();
  const files = {
    'manifest.py': manifest,
    'pipeline.py': pipeline,
    'realtime.py': realtime,
    'tests/examples/one.json': example,
  };
  await publish(org, plugin({ name: 'sentiment', files }));
  const at = `${org.plugins}/sentiment_1_0_0`;
  await org.post(`${at}/deploy`);
  await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
    interval: 100,
  });
  const { inputs, result } = JSON.parse(example);
  const { status, body } = await org.post(`${org.plugins}/by-name/sentiment/realtime`, { inputs });
  expect([status, body]).toMatchObject([200, { status: 'success', raw_response: result }]);
});
