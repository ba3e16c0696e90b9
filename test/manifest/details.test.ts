import { describe, expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

describe('other fields in the manifest', () => {
  test.each([
    ['description', '"a" "b"', 'ab'],
    ['category', '"text"', 'text'],
    ['supported_input_types', '["text", "image"]', ['text', 'image']],
    ['required_vector_indexes', '[{"name": "v"}]', [{ name: 'v' }]],
    [
      'compute_profile',
      '{"resource_type": "cpu", "gpu_memory_gb": None}',
      { resource_type: 'cpu', gpu_memory_gb: null },
    ],
    ['serve_config', '{"num_replicas": 1, "num_cpus": 0.5}', { num_replicas: 1, num_cpus: 0.5 }],
    ['cost_rates', '[{"unit": "image", "credits_per_unit": 2}]', [{ unit: 'image', credits_per_unit: 2 }]],
    ['tier', '1', 1],
    ['tier_label', '"SIMPLE"', 'SIMPLE'],
    ['input_mappings', '{"text": "text"}', { text: 'text' }],
    ['tier', 'None', null],
    ['tags', '["pdf", "named-entities", "発票", "3d"]', ['pdf', 'named-entities', '発票', '3d']],
  ] as const)('a manifest field is read: %s = %s', async (key, written, expected) => {
    const { manifest, problems, warnings } = await read(manifestWith(`${key} = ${written}`));
    expect(manifest?.[key]).toEqual(expected);
    expect([problems, warnings]).toEqual([[], []]);
  });

  test("the manifest's metadata takes precedence", async () => {
    const { manifest } = await read(manifestWith('description = "flat"\nmetadata = {"description": "inner"}'));
    expect(manifest?.description).toBe('inner');
  });

  test('undeclared fields are null or empty', async () => {
    const { manifest } = await read(manifestWith(''));
    expect(manifest).toEqual({
      feature_extractor_name: 'demo',
      version: '1.0.0',
      description: null,
      category: null,
      feature_uri: null,
      features: [],
      supported_input_types: null,
      input_schema: null,
      output_schema: null,
      parameter_schema: null,
      required_vector_indexes: null,
      dependencies: [],
      compute_profile: null,
      serve_config: null,
      cost_rates: null,
      tier: null,
      tier_label: null,
      input_mappings: null,
    });
  });
});

describe('an unreadable field is ignored with a warning', () => {
  test.each([
    [
      'tier',
      '"1"',
      'SLM402 manifest.py:3:8 tier',
      'tier is a string, not a whole number. The field is ignored. Write a whole number, using only literals.',
    ],
    [
      'description',
      '__doc__',
      'SLM402 manifest.py:3:15 description',
      'description is the name `__doc__`, which manifest.py does not define above this line; Slipway reads manifest.py without running it. The field is ignored. Write a string, using only literals.',
    ],
    [
      'compute_profile',
      '{"batch_size": size()}',
      'SLM402 manifest.py:3:34 compute_profile',
      'Part of compute_profile is the result of a call; Slipway reads manifest.py without running it. The field is ignored. Write a dict, using only literals.',
    ],
    [
      'supported_input_types',
      '["text", 1]',
      'SLM402 manifest.py:3:25 supported_input_types',
      'supported_input_types is a list, not a list of strings. The field is ignored. Write a list of strings, using only literals.',
    ],
    [
      'tags',
      '["cafe\u0301"]',
      'SLM402 manifest.py:3:8 tags',
      'tags names "cafe\u0301", which is not a tag: it must be in Unicode normalization form C. The field is ignored, so the plugin has no tags. Write tags such as "pdf" or "named-entities".',
    ],
    [
      'tags',
      '["pdf", "Named Entities"]',
      'SLM402 manifest.py:3:8 tags',
      'tags names "Named Entities", which is not a tag: it must be small letters, digits and single hyphens between them. The field is ignored, so the plugin has no tags. Write tags such as "pdf" or "named-entities".',
    ],
    [
      'tags',
      JSON.stringify(Array.from({ length: 11 }, (_, i) => `t${i}`)),
      'SLM402 manifest.py:3:8 tags',
      'tags is a list, not a list of up to 10 tags. The field is ignored. Write a list of up to 10 tags, using only literals.',
    ],
    [
      'models',
      '["clip", "minilm@1"]',
      'SLM402 manifest.py:3:10 models',
      'models names "minilm@1", which is not the name of a model: it must be 1 to 128 letters, digits, `.`, `_` and `-`, and start with a letter or digit. The field is ignored, so the plugin gets none of its models. Write the names that `slipway models list` shows.',
    ],
    [
      'dependencies_older_than',
      '"3 days"',
      'SLM402 manifest.py:3:27 dependencies_older_than',
      'dependencies_older_than is a string, not an age such as "3d". The field is ignored. Write an age such as "3d", using only literals.',
    ],
    [
      'output_schema',
      'make()',
      'SLM402 manifest.py:3:17 output_schema',
      'output_schema is the result of a call; Slipway reads manifest.py without running it. The field is ignored. Write a Pydantic class or a dict, using only literals.',
    ],
  ] as const)('an unreadable field is ignored with a warning: %s = %s', async (key, written, place, message) => {
    const { manifest, problems, warnings } = await read(manifestWith(`${key} = ${written}`));
    expect([manifest?.[key] ?? null, problems]).toEqual([null, []]);
    expect(places(warnings)).toEqual([place]);
    expect(messages(warnings)).toEqual([message]);
  });
});
