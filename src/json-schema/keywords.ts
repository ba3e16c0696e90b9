// Lists JSON Schema keywords: those that hold schemas, and the valid values of the others.
import type { SchemaDraft } from '@cfworker/json-schema';
import type { Json } from '../contract/json.ts';

export type SchemaObject = { [keyword: string]: Json };

export const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** Keywords whose value is a schema, a list of schemas, or a map of names to schemas. */
const withSchema = new Set(
  'additionalItems unevaluatedItems items contains additionalProperties unevaluatedProperties propertyNames not if then else'.split(
    ' ',
  ),
);
const withList = new Set('prefixItems items allOf anyOf oneOf'.split(' '));
const withMap = new Set('$defs definitions properties patternProperties dependentSchemas dependencies'.split(' '));
/** Keywords whose schemas apply to the same value as the schema they are in. */
const inPlace = new Set('not if then else allOf anyOf oneOf dependentSchemas dependencies'.split(' '));

/**
 * Returns a problem with a keyword's value as the end of a sentence that starts with the value's location; undefined if there is none.
 */
type Check = (value: Json, draft: SchemaDraft) => string | undefined;

const failsUnless =
  (test: (value: Json) => boolean, message: string): Check =>
  (value) =>
    test(value) ? undefined : message;

const isText = (value: Json) => typeof value === 'string';
const count = failsUnless(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'must be a whole number of at least 0',
);
const number = failsUnless((value) => typeof value === 'number', 'must be a number');
/** A number since draft 6. In draft 4, a flag that makes the other bound exclusive. */
const excludedBound: Check = (value, draft) => {
  if (draft === '4') return typeof value === 'boolean' ? undefined : 'must be true or false in draft 4';
  return typeof value === 'number' ? undefined : 'must be a number';
};
const flag = failsUnless((value) => typeof value === 'boolean', 'must be true or false');
const text = failsUnless(isText, 'must be a string');
const texts = failsUnless(
  (value) => isTexts(value) && new Set(value).size === value.length,
  'must be a list of different names',
);

/** Keywords that constrain values and hold no schema. `pattern` is checked in read-schema.ts. */
const assertions: Record<string, Check> = {
  type: failsUnless(isTypes, `must be one or more of ${types.join(', ')}`),
  enum: failsUnless((value) => Array.isArray(value), 'must be a list'),
  required: texts,
  uniqueItems: flag,
  multipleOf: failsUnless((value) => typeof value === 'number' && value > 0, 'must be a number above 0'),
  minimum: number,
  maximum: number,
  exclusiveMinimum: excludedBound,
  exclusiveMaximum: excludedBound,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
  dependentRequired: failsUnless(
    (value) => isObject(value) && Object.values(value).every(isTexts),
    'must map names to lists of names',
  ),
  pattern: text,
};

const annotations: Record<string, Check> = {
  ...Object.fromEntries(
    'title description $comment format contentEncoding contentMediaType'.split(' ').map((key) => [key, text]),
  ),
  ...Object.fromEntries('deprecated readOnly writeOnly'.split(' ').map((key) => [key, flag])),
  examples: failsUnless((value) => Array.isArray(value), 'must be a list'),
};

/** Value checks for keywords that hold no schema. */
export const checks: Record<string, Check> = { ...assertions, ...annotations };

const others =
  '$schema $id id $ref $anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef $vocabulary const default contentSchema'.split(
    ' ',
  );
export const keywords = [...new Set([...withSchema, ...withList, ...withMap, ...Object.keys(checks), ...others])];

/** Returns how a keyword's value contains schemas, or undefined if it contains none. */
export function keywordForm(keyword: string, value: Json): 'schema' | 'list' | 'map' | undefined {
  if (withMap.has(keyword)) return 'map';
  if (withList.has(keyword) && (Array.isArray(value) || !withSchema.has(keyword))) return 'list';
  return withSchema.has(keyword) ? 'schema' : undefined;
}

/** Returns the schemas in a keyword's value, each with its path within that value. */
export function schemasIn(keyword: string, value: Json): [path: (string | number)[], schema: Json][] {
  const form = keywordForm(keyword, value);
  if (form === 'map' && isObject(value))
    return Object.entries(value).flatMap(([name, inner]): [string[], Json][] =>
      keyword === 'dependencies' && isTexts(inner) ? [] : [[[name], inner]],
    );
  if (form === 'list' && Array.isArray(value)) return value.map((inner, i) => [[i], inner]);
  return form === 'schema' ? [[[], value]] : [];
}

export function isInPlace(keyword: string): boolean {
  return inPlace.has(keyword);
}

/** Returns whether the keyword affects validation and holds no schema. */
export function isAssertion(keyword: string): boolean {
  return keyword === 'const' || Object.hasOwn(assertions, keyword);
}

export function isObject(value: Json | undefined): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTexts(value: Json): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTypes(value: Json): boolean {
  const isType = (one: Json) => typeof one === 'string' && types.includes(one);
  return (
    isType(value) ||
    (Array.isArray(value) && value.length > 0 && value.every(isType) && new Set(value).size === value.length)
  );
}
