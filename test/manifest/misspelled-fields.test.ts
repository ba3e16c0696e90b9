// Tests which names in manifest.py are reported as misspelled fields.
import { expect, test } from 'vitest';
import { pipeline, pluginOf, read, upload } from './plugin.ts';

const identity = 'feature_extractor_name = "demo"\nversion = "1.0.0"\n';

async function warned(manifest: string): Promise<string[]> {
  const { warnings } = await read(pluginOf({ 'manifest.py': manifest, 'pipeline.py': pipeline }), upload);
  return warnings.filter(({ ruleId }) => ruleId === 'SLM402').map(({ line, message }) => `${line}: ${message}`);
}

test.each([
  ['dependancies = ["numpy"]', 'dependancies', 'dependencies'],
  ['output_schemas = {"type": "object"}', 'output_schemas', 'output_schema'],
  ['Description = "A demo"', 'Description', 'description'],
  ['feature = []', 'feature', 'features'],
  ['metadata = {"categori": "text"}', 'metadata["categori"]', 'category'],
])('%s is a misspelled field', async (line, label, meant) => {
  const message = `${label} is not a manifest field and is ignored. Did you mean ${meant}?`;
  expect(await warned(`${identity}${line}\n`)).toEqual([`3: ${message}`]);
});

test.each([
  ['a helper of a declared field', 'DESCRIPTION = "A demo"\ndescription = DESCRIPTION'],
  ['a name of a declared field in metadata', 'VERSION = "1.0.0"\nmetadata = {"version": VERSION}'],
  ['a name that is more than two letters off', 'point_schema = {"type": "object"}'],
  ['a short name', 'tie = 1'],
  ['a class', 'from pydantic import BaseModel\nclass Models(BaseModel):\n    text: str'],
  ['a value that is computed', 'models_ = sorted([])'],
  ['a field that plugins may have besides', 'name = "demo"\nrequirements = ["numpy"]'],
])('%s is not a misspelled field', async (_, lines) => {
  expect(await warned(`${identity}${lines}\n`)).toEqual([]);
});
