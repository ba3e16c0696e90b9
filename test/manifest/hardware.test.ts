// Tests the hardware that manifest.py requests. An unknown type is an error, and a GPU is a warning, because local machines have none.
import { expect, test } from 'vitest';
import { asksForGpu, declaredPlacement, requiredGpus } from '../../src/contract/plugin/hardware.ts';
import type { ExtractorPlacement } from '../../src/contract/states.ts';
import { manifestWith, places, read } from './plugin.ts';

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
  ['serve_config = {"placement": "sandbox", "num_gpus": 1}', 'ray'],
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
])('%s is a warning at the field that asks for the GPU', async (written, place) => {
  const { manifest, problems, warnings } = await read(manifestWith(written));
  const [, field] = place.split(' ');
  expect([problems, places(warnings)]).toEqual([[], [`SLM410 manifest.py:${place}`]]);
  expect(warnings[0]?.message).toMatch(new RegExp(`^${field} asks for a GPU, so `));
  expect(manifest && asksForGpu(manifest)).toBe(true);
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
  [{ gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }] }, 1],
  [{ gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }], serve_config: { num_gpus: 0.5 } }, 0.5],
  [{ gpu_steps: [{ service: 'Embedder', at: 'pipeline.py:4' }], compute_profile: { num_gpus: 0 } }, 1],
])(
  '%j asks for the number of GPUs in serve_config, otherwise in compute_profile, otherwise for one if a step asks for it',
  (manifest, gpus) => {
    expect([requiredGpus(manifest)(manifest)]).toEqual([gpus, gpus > 0]);
  },
);
