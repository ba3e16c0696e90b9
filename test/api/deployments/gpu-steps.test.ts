// Tests that a deployment request is refused if the version's batch steps ask for a GPU that its processes won't get. Otherwise, row
// after row would fail.
import { describe, expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';

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

async function published({ realtime = false, extra = '' } = {}) {
  const watched = watchedBuilder(testApp().deps.builder);
  const { fetch } = testApp({ builder: watched.builder });
  const org = await organization({ fetch });
  const files = { 'pipeline.py': pipeline, 'manifest.py': manifest({ name: 'tagger', version: '1.0.0', extra }) };
  await publish(org, plugin({ name: 'tagger', version: '1.0.0', realtime, files }));
  const version = `/v1/namespaces/${org.namespaceId}/plugins/tagger_1_0_0`;
  return { org, version, called: watched.called };
}

const refusal =
  'tagger 1.0.0 can\'t be deployed. The step Embedder at pipeline.py:13 asks for ResourceType.GPU, but manifest.py asks for no GPU, so the plugin would run without one. Use ResourceType.CPU if the step can run without one, or set "resource_type": "gpu" in compute_profile, and publish a new version.';

describe('a version whose steps ask for a GPU', () => {
  test.each([
    ['for batches only', { realtime: false }, 'batch_only'],
    ['for realtime calls', { realtime: true }, 'realtime'],
    ['on Ray without a GPU', { realtime: true, extra: 'serve_config = {"placement": "ray"}\n' }, 'realtime'],
  ])('a version whose steps ask for a GPU is not deployed: %s', async (_, options, type) => {
    const { called, org, version } = await published(options);
    const answer = await org.post(`${version}/deploy?deployment_type=${type}`);
    expect(answer).toMatchObject({ status: 409, body: { error: { message: refusal } } });
    expect((await org.get(`${version}/status`)).body).toMatchObject({ deployed: false });
    expect((await org.get(`/v1/namespaces/${org.namespaceId}/deployments`)).body).toMatchObject({ results: [] });
    expect(called).toEqual([]);
  });

  test('a version whose steps ask for a GPU shows these steps, their locations, and why they are a problem', async () => {
    const { org, version } = await published();
    const { body } = await org.get(version);
    expect(Object(body).plugin.manifest.gpu_steps).toEqual([{ service: 'Embedder', at: 'pipeline.py:13' }]);
  });

  test('a version whose manifest asks for the GPU too waits for a Ray cluster, like any other', async () => {
    const { org, version } = await published({ extra: 'compute_profile = {"resource_type": "gpu"}\n' });
    expect((await org.post(`${version}/deploy?deployment_type=batch_only`)).status).toBe(200);
  });
});
