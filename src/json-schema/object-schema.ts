// Reads both schema forms in manifests: an object's JSON Schema, and the flat form `{"column": {…}}`.
import type { JsonObject } from '../contract/json.ts';
import { isFlat } from '../contract/plugin/flat-schemas.ts';
import { isObject, keywords } from './keywords.ts';

/** Returns either form as JSON Schema. */
export function objectSchema(schema: JsonObject): JsonObject {
  return isFlat(schema) ? { type: 'object', properties: schema } : schema;
}

/** Returns whether the schema has keys but no keyword among them, so that it allows everything. */
export function isMeaningless(schema: JsonObject): boolean {
  const keys = Object.keys(schema);
  return keys.length > 0 && !isFlat(schema) && !keys.some((key) => keywords.includes(key));
}

/** Returns the schema's property names; undefined if it declares none. */
export function propertyNames(schema: JsonObject): ReadonlySet<string> | undefined {
  const { properties } = objectSchema(schema);
  return isObject(properties) ? new Set(Object.keys(properties)) : undefined;
}
