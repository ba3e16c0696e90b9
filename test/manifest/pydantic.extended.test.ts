// Compares the schemas that are read of Pydantic classes with Pydantic's own, of its oldest and its newest release, by the values that
// they accept. test/fixtures/pydantic/record.py recorded those.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/json.ts';
import { checkerOf } from '../../src/json-schema/check-value.ts';
import { readSchema } from '../../src/json-schema/read-schema.ts';
import { valuesFor } from '../support/values-of-schemas.ts';
import { manifestWith, messages, read } from './plugin.ts';
import { pydanticCases, pydanticReleases } from './pydantic-cases.ts';

const valuesMax = 500;
const noLimits = { evaluationsMax: Number.MAX_SAFE_INTEGER, matchingMax: Number.MAX_SAFE_INTEGER };

describe('a schema is equal to the one that Pydantic makes', () => {
  test.each(pydanticCases)('$name', async ({ name, code }) => {
    const reading = await read(manifestWith(code));
    expect([reading.problems, messages(reading.warnings)]).toEqual([[], []]);
    const { input_schema, output_schema } = reading.manifest ?? {};
    const judges = pydanticReleases.flatMap((release) => release[name] ?? []);
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
  expect(pydanticCases.filter(({ name }) => !pydanticReleases.some((release) => release[name]))).toEqual([]);
  expect([pydanticReleases.length, pydanticCases.length]).toEqual([2, 62]);
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
