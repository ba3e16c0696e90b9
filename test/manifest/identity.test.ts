import { describe, expect, test } from 'vitest';
import { messages, pipeline, places, pluginOf, read, upload } from './plugin.ts';

function readText(manifest: string, as = upload) {
  return read(pluginOf({ 'manifest.py': manifest, 'pipeline.py': pipeline }), as);
}

describe('name and version are read', () => {
  test.each([
    ['flat', 'feature_extractor_name = "demo"\nversion = "1.0.0"'],
    ['metadata', 'metadata = {"feature_extractor_name": "demo", "version": "1.0.0"}'],
    ['metadata with name', 'metadata = {"name": "demo", "version": "1.0.0"}'],
    ['metadata with both names', 'metadata = {"name": "x", "feature_extractor_name": "demo", "version": "1.0.0"}'],
    ['v1', 'feature_extractor_name = "demo"\nversion = "v1"'],
    ['1.0', 'feature_extractor_name = "demo"\nversion = "1.0"'],
    ['one in metadata, one in a variable', 'metadata = {"name": "demo"}\nversion = "1.0.0"'],
    [
      'metadata takes precedence over variables',
      'feature_extractor_name = "x"\nversion = "9.9.9"\nmetadata = {"feature_extractor_name": "demo", "version": "1.0.0"}',
    ],
    ['constants', 'NAME = "de" "mo"\nMAJOR = "1"\nversion = MAJOR + ".0.0"\nfeature_extractor_name = NAME'],
    ['through metadata', 'metadata = {"name": "demo", "version": "1.0.0"}\nversion = metadata["version"]'],
  ])('name and version are read: %s', async (_, manifest) => {
    const { manifest: result, problems, warnings } = await readText(manifest);
    expect([result?.feature_extractor_name, result?.version, problems, warnings]).toEqual(['demo', '1.0.0', [], []]);
  });
});

describe('a missing or computed name or version is an error, and there is no manifest', () => {
  test.each([
    ['an empty file', '', ['SLM101 manifest.py:1:1 feature_extractor_name', 'SLM101 manifest.py:1:1 version']],
    ['no version', 'feature_extractor_name = "demo"', ['SLM101 manifest.py:1:1 version']],
    ['no name', 'version = "1.0.0"', ['SLM101 manifest.py:1:1 feature_extractor_name']],
    ['a version from a call', 'feature_extractor_name = "demo"\nversion = v()', ['SLM101 manifest.py:2:11 version']],
    ['a number', 'feature_extractor_name = "demo"\nversion = 1.0', ['SLM101 manifest.py:2:11 version']],
    ['an invalid version', 'feature_extractor_name = "demo"\nversion = "1.x"', ['SLM101 manifest.py:2:11 version']],
    [
      'a version from a call in metadata, despite a literal variable',
      'feature_extractor_name = "demo"\nversion = "1.0.0"\nmetadata = {"version": v()}',
      ['SLM101 manifest.py:3:24 version'],
    ],
    [
      'metadata made by a call',
      'metadata = dict(name="demo", version="1.0.0")',
      ['SLM101 manifest.py:1:12 feature_extractor_name', 'SLM101 manifest.py:1:12 version'],
    ],
    [
      'metadata changed later',
      'metadata = {"name": "demo", "version": "1.0.0"}\nmetadata.update(x)',
      ['SLM101 manifest.py:1:12 feature_extractor_name', 'SLM101 manifest.py:1:12 version'],
    ],
  ])(
    'a missing or computed name or version is an error, and there is no manifest: %s',
    async (_, manifest, expected) => {
      const reading = await readText(manifest);
      expect([places(reading.problems), reading.manifest]).toEqual([expected, null]);
    },
  );
});

describe('a name or version that differs from the upload', () => {
  test.each([
    [
      'name',
      'feature_extractor_name = "other"\nversion = "1.0.0"',
      'manifest.py names the plugin "other", but the upload is for "demo". Use the same name in both.',
    ],
    [
      'version',
      'feature_extractor_name = "demo"\nversion = "1.0.1"',
      'manifest.py declares version "1.0.1", but the upload is for 1.0.0. Use the same version in both.',
    ],
    [
      'different letter case',
      'feature_extractor_name = "Demo"\nversion = "1.0.0"',
      'manifest.py names the plugin "Demo", but the upload is for "demo". Use the same name in both.',
    ],
  ])('a name or version that differs from the upload is an error: %s', async (_, manifest, message) => {
    const { problems } = await readText(manifest);
    expect(messages(problems)).toEqual([message]);
  });
});

test('a version assigned by the registry takes precedence over manifest.py, with a warning', async () => {
  const reading = await readText('feature_extractor_name = "demo"\nversion = "1.0.0"', {
    ...upload,
    version: '1.0.7',
    versionChosenByServer: true,
  });
  expect(reading.problems).toEqual([]);
  expect(reading.manifest?.version).toBe('1.0.7');
  expect(messages(reading.warnings)).toEqual([
    'manifest.py declares version "1.0.0", but the upload named no version and the registry assigned 1.0.7. To choose the version yourself, send it with the upload.',
  ]);
});

test('the version is normalized', async () => {
  const { manifest } = await readText('feature_extractor_name = "demo"\nversion = "v2.1"', {
    ...upload,
    version: '2.1.0',
  });
  expect(manifest?.version).toBe('2.1.0');
});
