// Converts the keywords of a schema that a user wrote, in any draft, to those that OpenAPI 3.1 takes. The schemas within stay as they
// are. Leaves out keywords whose value isn't valid, since a version published by an earlier Slipway can have them.
import type { SchemaDraft } from '@cfworker/json-schema';
import type { Json } from '../contract/json.ts';
import { checks, isObject, isTexts, keywordForm, keywords, type SchemaObject } from './keywords.ts';

type Keyword = [keyword: string, value: Json];

/** Keywords that name the schema or its dialect, or refer to such names. The names of components take their place. */
const naming =
  '$schema $id id $anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef $vocabulary $defs definitions';
/** `contentSchema` may have references, and no generator reads it. */
const leftOut = new Set([...naming.split(' '), 'contentSchema']);
/** Keywords that OpenAPI adds. */
const added = new Set(['discriminator', 'example']);
/** Until draft 7, a reference replaces all keywords beside it. These don't constrain values, so they do no harm. */
const besideReference = new Set(['$ref', 'title', 'description', '$comment', 'deprecated']);

export function plainKeywords(schema: SchemaObject, draft: SchemaDraft): Keyword[] {
  const isReplaced = (draft === '4' || draft === '7') && typeof schema.$ref === 'string';
  const kept = Object.entries(schema).filter(
    ([keyword, value]) =>
      (keywords.includes(keyword) || added.has(keyword)) &&
      !leftOut.has(keyword) &&
      (!isReplaced || besideReference.has(keyword)) &&
      isValid(keyword, value, draft) &&
      (keyword !== 'default' || isUsableDefault(schema)),
  );
  return kept.flatMap(([keyword, value]) => converted(keyword, value, schema));
}

function isValid(keyword: string, value: Json, draft: SchemaDraft): boolean {
  const form = keywordForm(keyword, value);
  if (form === 'map') return isObject(value);
  if (form === 'list') return Array.isArray(value) && value.length > 0;
  if (form === 'schema') return isObject(value) || typeof value === 'boolean';
  const check = Object.hasOwn(checks, keyword) ? checks[keyword] : undefined;
  return check?.(value, draft) === undefined;
}

/** Client generators drop schemas whose default is an object or a list; generated Go doesn't compile for one of alternatives. */
function isUsableDefault(schema: SchemaObject): boolean {
  const isStructured = typeof schema.default === 'object' && schema.default !== null;
  return !isStructured && !Object.hasOwn(schema, 'anyOf') && !Object.hasOwn(schema, 'oneOf');
}

/** Converts keywords of earlier drafts to those of draft 2020-12. */
function converted(keyword: string, value: Json, schema: SchemaObject): Keyword[] {
  const isTuple = Array.isArray(schema.items);
  if (keyword === 'items' && isTuple) return [['prefixItems', value]];
  if (keyword === 'additionalItems') return isTuple ? [['items', value]] : [];
  if (keyword === 'dependencies' && isObject(value)) return splitDependencies(value);
  for (const [excluding, bound] of bounds) {
    const isExclusive = schema[excluding] === true && typeof schema[bound] === 'number';
    if (keyword === bound && isExclusive) return [[excluding, value]];
    if (keyword === excluding && typeof value === 'boolean') return [];
  }
  return [[keyword, value]];
}

const bounds = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

function splitDependencies(dependencies: SchemaObject): Keyword[] {
  const parts = Object.entries(dependencies);
  const names = Object.fromEntries(parts.filter(([, value]) => isTexts(value)));
  const schemas = Object.fromEntries(parts.filter(([, value]) => !Array.isArray(value)));
  const both: Keyword[] = [
    ['dependentRequired', names],
    ['dependentSchemas', schemas],
  ];
  return both.filter(([, value]) => Object.keys(Object(value)).length > 0);
}
