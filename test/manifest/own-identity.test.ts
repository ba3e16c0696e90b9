// Tests reading plugins without an upload, as `slipway lint` does. The name and version in the manifest are then the expected ones.
import { expect, test } from 'vitest';
import { readManifest } from '../../src/manifest/manifest.ts';
import { parsers, pipeline, places, pluginOf } from './plugin.ts';

function readAlone(manifest: string) {
  return readManifest(parsers, pluginOf({ 'manifest.py': manifest, 'pipeline.py': pipeline }));
}

test('the declared name and version are used as the expected ones', async () => {
  const { manifest, featureUri, problems, warnings } = await readAlone(
    'metadata = {"feature_extractor_name": "ours", "version": "v2.1"}\n',
  );
  expect([manifest?.feature_extractor_name, manifest?.version, featureUri, problems, warnings]).toEqual([
    'ours',
    '2.1.0',
    'mixpeek://ours@2.1.0',
    [],
    [],
  ]);
});

test.each([
  ['no name', 'version = "1.0.0"', ['SLM101 manifest.py:1:1 feature_extractor_name']],
  ['no version', 'feature_extractor_name = "ours"', ['SLM101 manifest.py:1:1 version']],
  ['an invalid version', 'feature_extractor_name = "ours"\nversion = "1.x"', ['SLM101 manifest.py:2:11 version']],
  ['a manifest with a syntax error, which the scan reports', 'def', []],
])('an unusable name or version is still a problem: %s', async (_, manifest, expected) => {
  expect(places((await readAlone(manifest)).problems)).toEqual(expected);
});

test('a name that is invalid for an upload causes a note, which does not affect the verdict', async () => {
  const { problems, warnings } = await readAlone('feature_extractor_name = "x"\nversion = "1.0.0"');
  expect(problems).toEqual([]);
  expect(warnings.map(({ column, line, name, ruleId, severity }) => [ruleId, severity, name, line, column])).toEqual([
    ['SLM101', 'note', 'feature_extractor_name', 1, 26],
  ]);
});
