// Tests the hardware that manifest.py requests. An unknown type is an error, and a GPU is a warning, because not every installation has one.
import { expect, test } from 'vitest';
import { asksForGpu, declaredPlacement, requiredGpus } from '../../src/contract/plugin/hardware.ts';
import type { ExtractorPlacement } from '../../src/contract/states.ts';
import { manifestWith, messages, places, read } from './plugin.ts';

test.each([
  '{"resource_type": "tpu"}',
  '{"resource_type": "cpus"}',
  '{"resource_type": ResourceType.TPU}',
  '{"resource_type": 1}',
])('compute_profile = %s is an error', async (profile) => {
  const { problems, warnings } = await read(manifestWith(`compute_profile = ${profile}`));
  expect(places(problems)).toEqual(['SLM109 manifest.py:3:37 compute_profile.resource_type']);
  expect(warnings).toEqual([]);
});

test.each([
  ['serve_config = {"placement": "kubernetes"}', 'serve_config'],
  ['serve_config = {"placement": 1}', 'serve_config'],
  ['compute_profile = {"placement": "RAY"}', 'compute_profile'],
])('%s is an error', async (written, field) => {
  const { problems, warnings } = await read(manifestWith(written));
  expect(places(problems)).toEqual([expect.stringMatching(`^SLM109 .* ${field}.placement$`)]);
  expect(problems[0]?.message).toContain('Use "ray" or "sandbox".');
  expect(warnings).toEqual([]);
});

test.each<[string, ExtractorPlacement | undefined]>([
  ['serve_config = {"placement": "ray"}', 'ray'],
  ['serve_config = {"placement": "sandbox"}', 'sandbox'],
  ['serve_config = {"placement": "sandbox"}\ncompute_profile = {"placement": "ray"}', 'sandbox'],
  ['serve_config = {"placement": None}', undefined],
  ['serve_config = {"num_replicas": 2}', undefined],
  ['serve_config = {"placement": "sandbox", "num_gpus": 1}', 'sandbox'],
  ['serve_config = {"num_gpus": 1}', undefined],
])('%s says where the plugin runs', async (written, placement) => {
  const { manifest, problems } = await read(manifestWith(written));
  expect([problems, declaredPlacement(manifest)]).toEqual([[], placement]);
});

test.each([
  ['compute_profile = {"resource_type": "gpu"}', '3:37 compute_profile.resource_type'],
  ['compute_profile = {"resource_type": "GPU"}', '3:37 compute_profile.resource_type'],
  ['compute_profile = {"resource_type": ResourceType.GPU}', '3:37 compute_profile.resource_type'],
  ['compute_profile = {"resource_type": ResourceType.GPU.value}', '3:37 compute_profile.resource_type'],
  ['compute_profile = {"num_gpus": 1}', '3:32 compute_profile.num_gpus'],
  ['compute_profile = {"resource_type": "cpu", "num_gpus": 1}', '3:56 compute_profile.num_gpus'],
  ['serve_config = {"num_gpus": 0.5}', '3:29 serve_config.num_gpus'],
  ['compute_profile = {"num_gpus": 2}; serve_config = {"num_gpus": 1}', '3:64 serve_config.num_gpus'],
  ['serve_config = {"num_gpus": 0}; compute_profile = {"resource_type": "gpu"}', '3:69 compute_profile.resource_type'],
  ['serve_config = {"gpu_memory_gb": 8}', '3:34 serve_config.gpu_memory_gb'],
  ['compute_profile = {"resource_type": "gpu", "gpu_memory_gb": 1.5}', '3:61 compute_profile.gpu_memory_gb'],
  ['compute_profile = {"resource_type": "gpu"}; serve_config = {"num_gpus": 0.25}', '3:73 serve_config.num_gpus'],
  ['metadata = {"serve_config": {"num_gpus": 0.25}}', '3:42 serve_config.num_gpus'],
])('%s is a warning at the field that asks for the GPU', async (written, place) => {
  const { manifest, problems, warnings } = await read(manifestWith(written));
  const [, field] = place.split(' ');
  expect([problems, places(warnings)]).toEqual([[], [`SLM410 manifest.py:${place}`]]);
  expect(warnings[0]?.message).toMatch(new RegExp(`^${field} asks for a GPU, so `));
  expect(manifest && asksForGpu(manifest)).toBe(true);
});

const sandbox = "runs in Slipway's sandbox on a builder that lends GPUs to its organization (docs/gpus.md)";
const ray = "a Ray cluster that an operator connected for its organization, with that cluster's level of trust";
test.each([
  ['{"num_gpus": 1}', `${sandbox}, or else on ${ray}. Without either, its deployment is refused.`],
  ['{"num_gpus": 1, "placement": "sandbox"}', `${sandbox}. Without one, its deployment is refused.`],
  ['{"num_gpus": 1, "placement": "ray"}', `runs on ${ray}. Without one, its deployment is refused.`],
])('the warning about serve_config = %s says where the plugin runs', async (config, place) => {
  const { warnings } = await read(manifestWith(`serve_config = ${config}`));
  expect(messages(warnings)).toEqual([`serve_config.num_gpus asks for a GPU, so the plugin ${place}`]);
});

const countForm = 'Use 0, a fraction of one GPU below 1, or a whole number up to 16.';
const memoryForm = 'Use the GiB of GPU memory that each process needs, from 1 to 1024.';
test.each([
  ['serve_config = {"num_gpus": 1.5}', `serve_config.num_gpus is 1.5. ${countForm}`],
  ['serve_config = {"num_gpus": 17}', `serve_config.num_gpus is 17. ${countForm}`],
  ['serve_config = {"num_gpus": -1}', `serve_config.num_gpus is -1. ${countForm}`],
  ['compute_profile = {"num_gpus": "1"}', `compute_profile.num_gpus is not a number. ${countForm}`],
  ['serve_config = {"gpu_memory_gb": 0.9}', `serve_config.gpu_memory_gb is 0.9. ${memoryForm}`],
  ['compute_profile = {"gpu_memory_gb": 1025}', `compute_profile.gpu_memory_gb is 1025. ${memoryForm}`],
  ['serve_config = {"gpu_memory_gb": True}', `serve_config.gpu_memory_gb is not a number. ${memoryForm}`],
  [
    'serve_config = {"num_gpus": 1, "gpu_memory_gb": 8}',
    "serve_config.gpu_memory_gb is a part of one GPU's memory, but serve_config.num_gpus asks for a whole GPU. Remove one of the two.",
  ],
  [
    'serve_config = {"num_gpus": 2}; compute_profile = {"gpu_memory_gb": 8}',
    "compute_profile.gpu_memory_gb is a part of one GPU's memory, but serve_config.num_gpus asks for 2 whole GPUs. Remove one of the two.",
  ],
])('%s is an error that names the field and its values', async (written, message) => {
  const { problems, warnings } = await read(manifestWith(written));
  const [field] = message.split(' ');
  expect(places(problems)).toEqual([expect.stringMatching(`^SLM109 manifest.py:3:.* ${field}$`)]);
  expect([messages(problems), warnings]).toEqual([[message], []]);
});

test.each([
  '{"num_gpus": 0}',
  '{"num_gpus": 0.01}',
  '{"num_gpus": 16}',
  '{"num_gpus": 1.0}',
  '{"gpu_memory_gb": 1}',
  '{"gpu_memory_gb": 1024}',
  '{"num_gpus": 0.5, "gpu_memory_gb": 8}',
])('serve_config = %s is no error', async (config) => {
  expect((await read(manifestWith(`serve_config = ${config}`))).problems).toEqual([]);
});

test.each([
  'compute_profile = {"resource_type": "cpu"}',
  'compute_profile = {"resource_type": ResourceType.CPU}',
  'compute_profile = {"resource_type": None, "num_gpus": 0}',
  'serve_config = {"num_gpus": None}',
])('%s asks for no GPU', async (written) => {
  const { manifest, problems, warnings } = await read(manifestWith(written));
  expect([problems, warnings]).toEqual([[], []]);
  expect(manifest && asksForGpu(manifest)).toBe(false);
});

test.each([
  [{ serve_config: { num_gpus: 0.5 }, compute_profile: { num_gpus: 2 } }, 0.5],
  [{ serve_config: null, compute_profile: { num_gpus: 2 } }, 2],
  [{ compute_profile: { resource_type: 'gpu' } }, 1],
  [{ serve_config: { num_gpus: 0 } }, 0],
  [{ serve_config: { num_gpus: 0, gpu_memory_gb: 8 } }, 1],
  [{ compute_profile: { gpu_memory_gb: 8 } }, 1],
  [{ serve_config: { num_gpus: 0.5, gpu_memory_gb: 8 } }, 0.5],
  [{ gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }] }, 1],
  [{ gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }], serve_config: { num_gpus: 0.5 } }, 0.5],
  [{ gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }], compute_profile: { num_gpus: 0 } }, 1],
])(
  '%j asks for the number of GPUs in serve_config, otherwise in compute_profile, otherwise for one if a step or GPU memory asks for it',
  (manifest, gpus) => {
    expect([requiredGpus(manifest), asksForGpu(manifest)]).toEqual([gpus, gpus > 0]);
  },
);
