// Tests that pipeline steps that ask for a GPU place the whole version on a Ray cluster, whatever manifest.py says.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { testApp } from '../../support/deps.ts';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const pipeline = `from engine.plugins.extractors.pipeline import PipelineDefinition, ResourceType, StepDefinition, build_pipeline_steps


class Embedder:
    def __init__(self, config):
        self.config = config

    def __call__(self, batch):
        return batch


def build_steps(extractor_request, container=None, **kwargs):
    steps = [StepDefinition(Embedder), StepDefinition(Embedder, resource_type=ResourceType.GPU)]
    return {"steps": build_pipeline_steps(PipelineDefinition("tagger", "1.0.0", steps))}
`;

const deploymentId = z.object({ deployment_id: z.templateLiteral(['dep_', z.string()]) });
const step = 'Embedder at pipeline.py:13';

async function published({ realtime = false, extra = '' } = {}) {
  const { deps, fetch } = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch });
  const files = { 'pipeline.py': pipeline, 'manifest.py': manifest({ name: 'tagger', version: '1.0.0', extra }) };
  await publish(org, plugin({ name: 'tagger', version: '1.0.0', realtime, files }));
  return { deps, org, version: `/v1/namespaces/${org.namespaceId}/plugins/tagger_1_0_0` };
}

test.each([
  ['without other hardware', ''],
  ['on the CPU', 'compute_profile = {"resource_type": "cpu"}\n'],
])('a version with a GPU step fails without a cluster, and the reason names the step: %s', async (_, extra) => {
  const { deps, org, version } = await published({ realtime: true, extra });
  const { body } = await org.post(`${version}/deploy`);
  await advanceDeployment(deps, deploymentId.parse(body).deployment_id);
  const { error } = z.object({ error: z.string() }).parse((await org.get(`${version}/status`)).body);
  expect(error).toContain(
    `The plugin asks for a GPU in pipeline.py (${step}), but no builder lends one to this organization, and no Ray cluster accepts this organization's plugins.`,
  );
  expect(error).toContain('If it can run without a GPU, use ResourceType.CPU there, and publish a new version.');
});

test('a batch test of a version with a GPU step fails without a cluster, and the reason names the step', async () => {
  const { org, version } = await published();
  expect((await org.post(`${version}/deploy?deployment_type=batch_only`)).status).toBe(200);
  const { body } = await org.post(`${version}/batch/test`, { rows: [{}] });
  expect(body).toMatchObject({ error: expect.stringContaining(step) });
});

test('a version shows its steps that ask for a GPU, with their locations', async () => {
  const { org, version } = await published();
  const { body } = await org.get(version);
  expect(Object(body).plugin.manifest.gpu_steps).toEqual([{ service: 'Embedder', at: 'pipeline.py:13' }]);
});
