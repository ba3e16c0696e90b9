import { describe, expect, test } from 'vitest';
import { manifestWith, messages, places, read } from './plugin.ts';

const good = '{"feature_type": "embedding", "feature_name": "a", "embedding_dim": 4, "distance_metric": "cosine"}';
const goodWithout = (key: string) => good.replace(new RegExp(`"${key}": [^,}]+(?:, )?`), '').replace(', }', '}');
const goodWith = (key: string, value: string) => good.replace(new RegExp(`("${key}": )[^,}]+`), `$1${value}`);

describe('valid features', () => {
  test.each([
    ['one', `[${good}]`, ['a']],
    ['none', '[]', []],
    ['a tuple', `(${good},)`, ['a']],
    ['two', `[${good}, ${goodWith('feature_name', '"b"')}]`, ['a', 'b']],
    ['every metric', `[${goodWith('distance_metric', '"dot"')}]`, ['a']],
    ['euclid', `[${goodWith('distance_metric', '"euclid"')}]`, ['a']],
    ['additional keys', `[${good.replace('}', ', "name": "x", "model": load()}')}]`, ['a']],
  ])('valid features are read: %s', async (_, features, expected) => {
    const { manifest, problems, warnings } = await read(manifestWith(`features = ${features}`));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([]);
    expect(manifest?.features.map(({ feature_name }) => feature_name)).toEqual(expected);
  });

  test('all literal values in a feature are stored', async () => {
    const { manifest } = await read(
      manifestWith(`features = [${good.replace('}', ', "note": ["x"], "model": load()}')}]`),
    );
    expect(manifest?.features).toEqual([
      { feature_type: 'embedding', feature_name: 'a', embedding_dim: 4, distance_metric: 'cosine', note: ['x'] },
    ]);
  });
});

describe('common wrong keys are errors that name the correct key', () => {
  test.each([
    ['type', 'feature_type', '"embedding"'],
    ['name', 'feature_name', '"a"'],
    ['dimensions', 'embedding_dim', '4'],
    ['dim', 'embedding_dim', '4'],
    ['dims', 'embedding_dim', '4'],
    ['size', 'embedding_dim', '4'],
    ['distance', 'distance_metric', '"cosine"'],
    ['metric', 'distance_metric', '"cosine"'],
  ])('a common wrong key in a feature is an error that names the correct key: %s', async (wrongKey, right, value) => {
    const feature = goodWithout(right).replace('{', `{"${wrongKey}": ${value}, `);
    const { problems } = await read(manifestWith(`features = [\n${feature}]`));
    expect(places(problems)).toEqual([`SLM102 manifest.py:4:2 features[0].${right}`]);
    expect(messages(problems)).toEqual([
      `features[0] uses the key \`${wrongKey}\` instead of \`${right}\`. Rename it, or the extractor will produce 0 documents.`,
    ]);
  });

  test('a wrong key is an error that names the correct key, even if its value would also be invalid', async () => {
    const { problems } = await read(
      manifestWith(`features = [${goodWithout('feature_type').replace('{', '{"type": "vector", ')}]`),
    );
    expect(messages(problems)).toEqual([
      'features[0] uses the key `type` instead of `feature_type`. Rename it, or the extractor will produce 0 documents. Its value must be "embedding".',
    ]);
  });
});

describe('missing and invalid values', () => {
  test.each([
    [
      goodWithout('feature_type'),
      'features[0] has no `feature_type`. Add it, for example "feature_type": "embedding".',
    ],
    [
      goodWithout('feature_name'),
      'features[0] has no `feature_name`. Add it, for example "feature_name": "my_embedding".',
    ],
    [goodWithout('embedding_dim'), 'features[0] has no `embedding_dim`. Add it, for example "embedding_dim": 384.'],
    [
      goodWithout('distance_metric'),
      'features[0] has no `distance_metric`. Add it, for example "distance_metric": "cosine".',
    ],
    [goodWith('feature_type', '"vector"'), 'features[0].feature_type is "vector", but it must be "embedding".'],
    [goodWith('embedding_dim', '0'), 'features[0].embedding_dim is 0, but it must be a whole number greater than 0.'],
    [goodWith('embedding_dim', '-4'), 'features[0].embedding_dim is -4, but it must be a whole number greater than 0.'],
    [
      goodWith('embedding_dim', '4.0'),
      'features[0].embedding_dim is 4.0, but it must be a whole number greater than 0.',
    ],
    [
      goodWith('embedding_dim', '"4"'),
      'features[0].embedding_dim is "4", but it must be a whole number greater than 0.',
    ],
    [
      goodWith('embedding_dim', 'True'),
      'features[0].embedding_dim is True, but it must be a whole number greater than 0.',
    ],
    [
      goodWith('embedding_dim', 'DIM'),
      'features[0].embedding_dim is the name `DIM`, which manifest.py does not define above this line; Slipway reads manifest.py without running it. Write a literal, for example "embedding_dim": 384.',
    ],
    [
      goodWith('distance_metric', '"euclidean"'),
      'features[0].distance_metric is "euclidean", but it must be one of "cosine", "euclid", "dot".',
    ],
    [
      goodWith('feature_name', '"a b"'),
      'features[0].feature_name is "a b", but it must be a string of 1 to 128 letters, digits, `_`, `-` or `.`.',
    ],
    [
      goodWith('feature_name', '""'),
      'features[0].feature_name is "", but it must be a string of 1 to 128 letters, digits, `_`, `-` or `.`.',
    ],
    [
      '"a"',
      'features[0] is a string. Write a dict with the keys feature_type, feature_name, embedding_dim, distance_metric.',
    ],
    [
      'make()',
      'features[0] is the result of a call; Slipway reads manifest.py without running it. Write a dict with the keys feature_type, feature_name, embedding_dim, distance_metric.',
    ],
  ])('a missing or invalid value in a feature is an error: %s', async (feature, message) => {
    const { manifest, problems } = await read(manifestWith(`features = [${feature}]`));
    expect(messages(problems)).toEqual([message]);
    expect(manifest?.features).toEqual([]);
  });

  test('features that are not a list are an error', async () => {
    const { problems } = await read(manifestWith('features = {"a": 1}'));
    expect(messages(problems)).toEqual([
      'features is a dict. Write a single list of dicts with the keys feature_type, feature_name, embedding_dim, distance_metric.',
    ]);
  });

  test('features that are added later are an error', async () => {
    const { problems } = await read(manifestWith(`features = []\nfeatures.append(${good})`));
    expect(messages(problems)).toEqual([
      'features is changed by .append() (line 4); Slipway reads manifest.py without running it. Write a single list of dicts with the keys feature_type, feature_name, embedding_dim, distance_metric.',
    ]);
  });

  test('a feature_name used twice is an error', async () => {
    const { problems } = await read(manifestWith(`features = [${good},\n${good}]`));
    expect(places(problems)).toEqual(['SLM102 manifest.py:4:1 features[1].feature_name']);
    expect(messages(problems)).toEqual([
      'features[1] has the same feature_name as features[0]: "a". Give each feature a unique name.',
    ]);
  });

  test.each([
    [256, []],
    [257, ['SLM104 manifest.py:3:12 features']],
  ])('more than 256 features are an error: %i', async (length, expected) => {
    const many = Array.from({ length }, (_, at) => goodWith('feature_name', `"f${at}"`));
    const { problems } = await read(manifestWith(`features = [${many.join(',')}]`));
    expect(places(problems)).toEqual(expected);
  });
});

describe('output_schema and features', () => {
  test.each([
    ['properties', '{"type": "object", "properties": {"a": {}}}', []],
    ['flat', '{"a": {"type": "array"}}', []],
    ['a schema without properties', '{"type": "object"}', []],
    ['an imported class', 'Imported', ['SLM409 manifest.py:3:1 Imported']],
    ['another name', '{"b": {"type": "array"}}', ['SLM403 manifest.py:5:17 a']],
    ['other properties', '{"properties": {"b": {}}}', ['SLM403 manifest.py:5:17 a']],
  ])('output_schema is compared with features: %s', async (_, schema, expected) => {
    const { warnings } = await read(
      manifestWith(`from x import Imported\nfeatures = [${good}]\noutput_schema = ${schema}`),
    );
    expect(places(warnings)).toEqual(expected);
  });
});
