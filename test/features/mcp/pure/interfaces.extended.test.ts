// Tests that every listed schema is one that all interfaces of models take, and that none allows less than the author's.
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/contract/json.ts';
import { inputsSchema, withParameters } from '../../../../src/features/mcp/tools/schemas.ts';
import { checkerOf } from '../../../../src/json-schema/check-value.ts';
import { isObject } from '../../../../src/json-schema/keywords.ts';
import { withNulls } from '../../../../src/json-schema/nullable.ts';
import { objectSchema } from '../../../../src/json-schema/object-schema.ts';
import { readSchema } from '../../../../src/json-schema/read-schema.ts';
import { broken, interfaces } from '../scenes/interfaces.ts';
import { generatedSchemas } from '../scenes/schemas/generated-schemas.ts';
import { oddSchemas } from '../scenes/schemas/odd-schemas.ts';

const schemas = Object.entries({ ...generatedSchemas, ...oddSchemas });

/** The listed schemas of plugins whose inputs and parameters have this schema. */
const listed = (schema: JsonObject) => {
  const root = inputsSchema(schema);
  return [root, withParameters(root, { inputs: schema, parameters: schema })];
};

test('60 schemas and more are tried', () => {
  expect(schemas.length).toBeGreaterThanOrEqual(60);
});

describe.each(Object.entries(interfaces))('%s', (_, rules) => {
  test.each([['none', [null, {}]] as const, ...schemas])('takes the tools of a plugin with %s', (_title, [schema]) => {
    expect((schema ? listed(schema) : [inputsSchema(null)]).flatMap((one) => broken(rules, one))).toEqual([]);
  });
});

const noLimits = { evaluationsMax: Number.MAX_SAFE_INTEGER, matchingMax: Number.MAX_SAFE_INTEGER };
const odd: Json[] = ['', 'x', 0, 1.5, -3, 1e9, true, null, [], [1, 'a'], {}, { a: 1 }];

/** Returns the value with each of its parts replaced, left out or added to. */
function* changed(value: Json): Generator<Json> {
  yield* odd;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    yield [...value, 'x'];
    for (const [at, item] of value.entries()) for (const other of changed(item)) yield value.with(at, other);
    return;
  }
  yield { ...value, more: 1 };
  for (const [name, member] of Object.entries(value)) {
    const { [name]: _, ...others } = value;
    yield others;
    for (const other of changed(member)) yield { ...others, [name]: other };
  }
}

test.each(schemas)('a tool takes all arguments that the plugin takes: %s', (_, [schema, good]) => {
  const author = readSchema(withNulls(objectSchema(schema))).schema;
  const tool = readSchema(inputsSchema(schema)).schema;
  if (!author) return;
  const values = [...changed(good)].filter(isObject);
  const authorTakes = checkerOf(author, values, noLimits);
  const toolTakes = tool && checkerOf(tool, values, noLimits);
  const refused = values.filter((value) => authorTakes(value)?.valid && !toolTakes?.(value)?.valid);
  expect(refused).toEqual([]);
});
