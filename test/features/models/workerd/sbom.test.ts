// Tests models in SBOMs over HTTP.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { modelContent, putModel } from '../scenes/models.ts';

const bomModel = z.object({ components: z.array(z.looseObject({ name: z.string() })) });

test('the SBOM lists the models that the version names, with their digests', async () => {
  const org = await organization(testApp({ queues: losingQueues().queues }));
  const name = 'reader_ext';
  const files = { 'manifest.py': manifest({ name, version: '1.0.0', extra: 'models = ["words", "absent"]\n' }) };
  const { plugin_id } = await publish(org, plugin({ name, files }));
  expect((await putModel(org, 'words', 'hello')).status).toBe(200);
  const { described } = await modelContent('hello');
  const { body, text } = await org.get(`${org.plugins}/${plugin_id}/sbom?kind=extractor`);
  expect(bomModel.parse(body ?? JSON.parse(text)).components).toMatchObject([
    { type: 'machine-learning-model', name: 'words', hashes: [{ alg: 'SHA-256', content: described.sha256 }] },
  ]);
});
