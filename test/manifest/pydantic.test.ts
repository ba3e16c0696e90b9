// Compares the schemas that are read of Pydantic classes with Pydantic's own, of its oldest and its newest release, by the values that
// they accept. test/fixtures/pydantic/record.py recorded those.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../src/contract/json.ts';
import { checkerOf } from '../../src/json-schema/check-value.ts';
import { readSchema } from '../../src/json-schema/read-schema.ts';
import { valuesFor } from '../support/values-of-schemas.ts';
import { manifestWith, messages, read } from './plugin.ts';

const folder = join(import.meta.dirname, '../fixtures/pydantic');
const recorded = z.record(z.string(), z.object({ validation: jsonObject, serialization: jsonObject }).nullable());
const releases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => recorded.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
const [prelude = '', ...cases] = readFileSync(join(folder, 'cases.py'), 'utf8').split(/^# --- /m);
const valuesMax = 500;
const noLimits = { evaluationsMax: Number.MAX_SAFE_INTEGER, matchingMax: Number.MAX_SAFE_INTEGER };

const named = cases.map((text) => ({ name: text.split('\n', 1)[0] ?? '', code: text.slice(text.indexOf('\n') + 1) }));

describe('a schema is equal to the one that Pydantic makes', () => {
  test.each(named)('$name', async ({ name, code }) => {
    const reading = await read(manifestWith(`${prelude}${code}\ninput_schema = In\noutput_schema = In\n`));
    expect([reading.problems, messages(reading.warnings)]).toEqual([[], []]);
    const { input_schema, output_schema } = reading.manifest ?? {};
    const judges = releases.flatMap((release) => release[name] ?? []);
    expect(
      differences(
        input_schema,
        judges.map(({ validation }) => validation),
      ),
    ).toEqual([]);
    expect(
      differences(
        output_schema,
        judges.map(({ serialization }) => serialization),
      ),
    ).toEqual([]);
  });
});

test('each class is one that a release accepts', () => {
  expect(named.filter(({ name }) => !releases.some((release) => release[name]))).toEqual([]);
  expect([releases.length, named.length]).toEqual([2, 62]);
});

/** Returns the values that the schema judges in another way than every release: older ones leave some constraints out. */
function differences(schema: JsonObject | null | undefined, judges: JsonObject[]): string[] {
  const own = schema ?? {};
  const values = valuesFor([own, ...judges], valuesMax);
  const accepts = [own, ...judges].map((one) => {
    const { schema: readable, problems } = readSchema(one);
    if (!readable) throw new Error(JSON.stringify(problems));
    return checkerOf(readable, values, noLimits);
  });
  return values
    .flatMap((value) => {
      const [mine, ...theirs] = accepts.map((accept) => accept(value)?.valid);
      return theirs.includes(mine) ? [] : `${mine ? 'accepts' : 'refuses'} ${JSON.stringify(value)}`;
    })
    .slice(0, 3);
}
