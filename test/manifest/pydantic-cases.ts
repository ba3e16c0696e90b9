// Reads the classes in test/fixtures/pydantic, and the schemas that releases of Pydantic make of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonObject } from '../../src/contract/json.ts';

const folder = join(import.meta.dirname, '../fixtures/pydantic');
const recorded = z.record(z.string(), z.object({ validation: jsonObject, serialization: jsonObject }).nullable());
const [prelude = '', ...cases] = readFileSync(join(folder, 'cases.py'), 'utf8').split(/^# --- /m);

/** Each release's schemas of each class; null for a class that it refuses. The oldest comes last. */
export const pydanticReleases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort((a, b) => b.length - a.length)
  .map((name) => recorded.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));

/** Lines of a manifest.py for each class. */
export const pydanticCases = cases.map((text) => {
  const [name = ''] = text.split('\n', 1);
  return { name, code: `${prelude}${text.slice(name.length + 1)}\ninput_schema = In\noutput_schema = In\n` };
});
