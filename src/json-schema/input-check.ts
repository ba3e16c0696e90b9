// Checks a failed call's inputs against the manifest's input_schema. A good call pays nothing.
import { type JsonObject, jsonObject } from '../contract/json.ts';
import { outputCheckLimits } from '../contract/limits/manifest.ts';
import { outputChecks as limits } from '../contract/limits/traffic.ts';
import type { Manifest } from '../contract/plugin/manifest.ts';
import { hasMore, members } from '../core/json/size.ts';
import type { JsonText } from '../core/json/text.ts';
import { checkValue } from './check-value.ts';
import { mismatchText } from './mismatch-texts.ts';
import { withNulls } from './nullable.ts';
import { objectSchema } from './object-schema.ts';
import { type ReadSchema, readSchema } from './read-schema.ts';

const shownMax = 5;

/** Read once for all failed calls of a version that an isolate has at hand. */
const readSchemas = new WeakMap<JsonObject, ReadSchema | undefined>();

/**
 * Returns one text per problem, with its place. Undefined if the inputs match, the manifest has no schema for them that can be evaluated,
 * or the check would take too long.
 */
export function inputProblems(manifest: Pick<Manifest, 'input_schema'> | null, inputs: JsonText): string[] | undefined {
  const schema = manifest?.input_schema && schemaOf(manifest.input_schema);
  if (!schema || inputs.text.length > limits.charsMax || hasMore(members, inputs.text, limits.valuesMax))
    return undefined;
  const value = jsonObject.parse(inputs.parsed());
  const verdict = checkValue(schema, value, outputCheckLimits.call);
  if (!verdict || verdict.valid) return undefined;
  return verdict.errors.slice(0, shownMax).map((problem) => mismatchText(problem, value, 'inputs'));
}

function schemaOf(declared: JsonObject): ReadSchema | undefined {
  if (!readSchemas.has(declared)) readSchemas.set(declared, readSchema(withNulls(objectSchema(declared))).schema);
  return readSchemas.get(declared);
}
