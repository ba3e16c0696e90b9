// Reads the two forms in which manifests declare schemas: a JSON Schema of an object, and the flat form `{"column": {…}}`.
import type { JsonObject } from '../contract/json.ts';
import { isObject, keywords } from './keywords.ts';

/** Keywords whose value is an object in a JSON Schema of an object. A flat form has none of them as a column. */
const ofObjects =
  'properties patternProperties additionalProperties propertyNames dependentSchemas $defs definitions not if'.split(
    ' ',
  );

/** Whether the keys are columns, each with a schema. */
export function isFlat(schema: JsonObject): boolean {
  const values = Object.values(schema);
  return values.length > 0 && values.every(isObject) && !ofObjects.some((keyword) => Object.hasOwn(schema, keyword));
}

/** Returns the JSON Schema that either form stands for. */
export function objectSchema(schema: JsonObject): JsonObject {
  return isFlat(schema) ? { type: 'object', properties: schema } : schema;
}

/** Whether the schema has keys, and none of them is a keyword: it allows everything. */
export function isMeaningless(schema: JsonObject): boolean {
  const keys = Object.keys(schema);
  return keys.length > 0 && !isFlat(schema) && !keys.some((key) => keywords.includes(key));
}

/** Returns the names of its properties; undefined if it declares none. */
export function propertyNames(schema: JsonObject): ReadonlySet<string> | undefined {
  const { properties } = objectSchema(schema);
  return isObject(properties) ? new Set(Object.keys(properties)) : undefined;
}
