// Tests the extractors in the README and the demo: neither the manifest rules nor the scanner report anything unexpected.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanSource } from '../../src/scan/scan.ts';
import { parsers, pluginIn, read, upload } from './plugin.ts';

const examplesFolder = join(import.meta.dirname, '../../examples');

/** Examples that are batch-only. */
const withoutCalls = ['csv_rows', 'review_scores'];
/** Expected warnings of each example, by rule. A GPU needs a cluster. */
const expectedWarnings: Record<string, string[]> = { clip_search: ['SLM410'] };

const extractors = readdirSync(examplesFolder).filter((name) => existsSync(join(examplesFolder, name, 'manifest.py')));

describe.each(extractors)('%s', (name) => {
  const plugin = pluginIn(join(examplesFolder, name));

  test('an example has a valid manifest and structure', async () => {
    const { advice, featureUri, hasRealtime, manifest, problems, warnings } = await read(plugin, { ...upload, name });
    expect([problems, advice, hasRealtime]).toEqual([[], [], !withoutCalls.includes(name)]);
    expect(warnings.map(({ ruleId }) => ruleId)).toEqual(expectedWarnings[name] ?? []);
    const feature = manifest?.features[0]?.feature_name;
    expect(featureUri).toBe(`mixpeek://${name}@1.0.0${feature === undefined ? '' : `/${feature}`}`);
  });

  test.each(plugin.paths.filter((path) => path.endsWith('.py')))("an example's file %s scans clean", async (path) => {
    expect(await scanSource(parsers, { path, bytes: await plugin.read(path) })).toEqual([]);
  });
});
