import { describe, expect, test } from 'vitest';
import { manifestWith, messages, places, read, upload } from './plugin.ts';

const features = `features = [
    {"feature_type": "embedding", "feature_name": "first", "embedding_dim": 4, "distance_metric": "dot"},
    {"feature_type": "embedding", "feature_name": "second", "embedding_dim": 4, "distance_metric": "dot"},
]
`;
const realtime = {
  'realtime.py':
    'class DemoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n',
};

describe('an undeclared feature_uri is derived', () => {
  test.each([
    ['from the first feature', features, 'mixpeek://demo@1.0.0/first'],
    ['without a feature if there are none', '', 'mixpeek://demo@1.0.0'],
    ['from the first feature if it is None', `${features}feature_uri = None`, 'mixpeek://demo@1.0.0/first'],
  ])('an undeclared feature_uri is derived %s', async (_, lines, featureUri) => {
    const reading = await read(manifestWith(lines));
    expect([reading.featureUri, reading.manifest?.feature_uri, reading.warnings]).toEqual([featureUri, null, []]);
  });
});

describe('a declared feature_uri takes precedence', () => {
  test.each([
    ['mixpeek://demo@1.0.0', 'mixpeek://demo@1.0.0'],
    ['mixpeek://demo@1.0.0/second', 'mixpeek://demo@1.0.0/second'],
    ['mixpeek://demo@v1/second', 'mixpeek://demo@1.0.0/second'],
  ])('a declared feature_uri takes precedence: %s', async (written, featureUri) => {
    const reading = await read(manifestWith(`${features}feature_uri = "${written}"`, realtime));
    expect([reading.featureUri, reading.manifest?.feature_uri]).toEqual([featureUri, featureUri]);
    expect([reading.problems, reading.warnings]).toEqual([[], []]);
  });
});

describe('a feature_uri for another plugin or version is an error', () => {
  test.each([
    [
      '"mixpeek://other@1.0.0"',
      'feature_uri is "mixpeek://other@1.0.0", but it must name this plugin and version. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
    [
      '"demo@1.0.0"',
      'feature_uri is "demo@1.0.0", but it must name this plugin and version. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
    [
      '"mixpeek://demo@latest"',
      'feature_uri is "mixpeek://demo@latest", but it must name this plugin and version. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
    [
      '"mixpeek://demo@1.0.0/a/b"',
      'feature_uri is "mixpeek://demo@1.0.0/a/b", but it must name this plugin and version. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
    [
      '"mixpeek://demo@1.0.0\\n"',
      'feature_uri is "mixpeek://demo@1.0.0\\n", but it must name this plugin and version. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
    [
      '5',
      'feature_uri is a number, but it must name this plugin and version. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
    [
      '"mixpeek://demo@1.0.1"',
      'feature_uri names version 1.0.1, but the upload is for 1.0.0. Write "mixpeek://demo@1.0.0/first", or remove it to let Slipway derive it.',
    ],
  ])('a feature_uri for another plugin or version is an error: %s', async (written, message) => {
    const { featureUri, problems } = await read(manifestWith(`${features}feature_uri = ${written}`, realtime));
    expect(places(problems)).toEqual(['SLM103 manifest.py:7:15 feature_uri']);
    expect(messages(problems)).toEqual([message]);
    expect(featureUri).toBe('mixpeek://demo@1.0.0/first');
  });
});

describe('a questionable feature_uri is a warning', () => {
  test('a feature_uri without realtime.py is a warning', async () => {
    const { featureUri, problems, warnings } = await read(
      manifestWith(`${features}feature_uri = "mixpeek://demo@1.0.0/second"`),
    );
    expect([featureUri, problems]).toEqual(['mixpeek://demo@1.0.0/second', []]);
    expect(messages(warnings)).toEqual([
      'feature_uri is declared but realtime.py is missing, so queries by this URI will fail. Add realtime.py, or remove feature_uri.',
    ]);
  });

  test('a feature_uri that is not a literal is a warning', async () => {
    const { featureUri, problems, warnings } = await read(
      manifestWith(`${features}feature_uri = f"mixpeek://demo@{version}"`, realtime),
    );
    expect([featureUri, problems]).toEqual(['mixpeek://demo@1.0.0/first', []]);
    expect(messages(warnings)).toEqual([
      'feature_uri is an f-string; Slipway reads manifest.py without running it. The derived URI mixpeek://demo@1.0.0/first is used instead. Write that one, or remove feature_uri.',
    ]);
  });

  test('a feature_uri with an undeclared feature is a warning', async () => {
    const { warnings } = await read(manifestWith(`${features}feature_uri = "mixpeek://demo@1.0.0/third"`, realtime));
    expect(places(warnings)).toEqual(['SLM404 manifest.py:7:15 feature_uri']);
  });

  test('a feature_uri for another version is a warning if the registry assigned the version', async () => {
    const reading = await read(manifestWith(`${features}feature_uri = "mixpeek://demo@1.0.0/second"`, realtime), {
      ...upload,
      version: '1.0.3',
      versionChosenByServer: true,
    });
    expect(reading.problems).toEqual([]);
    expect([reading.featureUri, reading.manifest?.feature_uri]).toEqual([
      'mixpeek://demo@1.0.3/first',
      'mixpeek://demo@1.0.3/first',
    ]);
    expect(places(reading.warnings)).toEqual([
      'SLM401 manifest.py:2:11 version',
      'SLM401 manifest.py:7:15 feature_uri',
    ]);
  });
});
