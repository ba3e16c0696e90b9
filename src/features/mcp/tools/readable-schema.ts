// Rewrites an author's JSON Schema so that common clients' validators take it: in draft 2020-12, and without the parts that one of them
// refuses. What the author's schema allows stays allowed.
import type { Json } from '../../../contract/json.ts';
import { withEach } from '../../../json-schema/each-schema.ts';
import { isObject, keywordForm, type SchemaObject } from '../../../json-schema/keywords.ts';
import type { CompiledPatterns } from '../../../json-schema/patterns.ts';
import { readSchema } from '../../../json-schema/read-schema.ts';
import { withoutHidden } from '../hidden-characters.ts';

/** Cutting a part can show another problem, such as a reference to that part. */
const roundsMax = 4;

/** Keywords of a validator, which it demands to be used in its own way. */
const validatorsOwn = /^(?:\$async|format(?:Exclusive)?M(?:in|ax)imum)$/;

/** Leaves out members whose names don't match. Returns undefined if the schema can't be read. */
export function readableSchema({ nullable: _, ...written }: SchemaObject, names: RegExp): SchemaObject | undefined {
  let schema = withEach(written, modern);
  let isLooser = false;
  const compiled: CompiledPatterns = new Map();
  for (let round = 0; round < roundsMax; round += 1) {
    const cuts = cutsIn(schema, names, compiled);
    if (cuts.size === 0) return isLooser ? withEach(schema, looser) : schema;
    schema = withEach(schema, (one) => without(one, cuts.get(one) ?? []));
    isLooser = true;
  }
  return undefined;
}

/** Writes older drafts' and OpenAPI's keywords as those of draft 2020-12. */
function modern({ $schema: _, additionalItems, nullable, ...schema }: SchemaObject): SchemaObject {
  for (const bound of ['minimum', 'maximum']) {
    const excluded = bound === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
    const { [bound]: limit = null, [excluded]: flag } = schema;
    if (typeof flag !== 'boolean') continue;
    delete schema[flag ? bound : excluded];
    if (flag) schema[excluded] = limit;
  }
  for (const words of ['title', 'description']) {
    const text = schema[words];
    if (typeof text === 'string') schema[words] = withoutHidden(text);
  }
  if (Array.isArray(schema.items)) {
    const { items } = schema;
    delete schema.items;
    if (items.length > 0) schema.prefixItems = items;
    if (additionalItems !== undefined) schema.items = additionalItems;
  }
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

/** Returns the keywords that a client refuses, by the schema that has them. */
function cutsIn(root: SchemaObject, names: RegExp, compiled: CompiledPatterns): Map<SchemaObject, string[]> {
  const cuts = new Map<SchemaObject, string[]>();
  const cut = (schema: SchemaObject, keywords: string[]) =>
    cuts.set(schema, [...(cuts.get(schema) ?? []), ...keywords]);
  for (const { kind, path } of readSchema(root, compiled).problems) if (kind !== 'unknown') cut(...placeOf(root, path));
  withEach(root, (schema) => {
    const { enum: choices, pattern, patternProperties, properties } = schema;
    const own = Object.keys(schema).filter((keyword) => validatorsOwn.test(keyword));
    if (own.length > 0) cut(schema, own);
    if (Array.isArray(choices) && choices.length === 0) cut(schema, ['enum']);
    if (typeof pattern === 'string' && !isCommon(pattern)) cut(schema, ['pattern']);
    if (isObject(patternProperties) && !Object.keys(patternProperties).every(isCommon))
      cut(schema, ['patternProperties']);
    // Validators in JavaScript take an object's inherited members for its own.
    const isRefused = (name: string) => name in {} || (schema === root && !names.test(name));
    const refused = Object.keys(isObject(properties) ? properties : {}).filter(isRefused);
    if (refused.length > 0) cut(schema, refused.map(memberKey));
    return schema;
  });
  return cuts;
}

/** Returns the innermost schema on the path, with its keyword there; all its keywords if the path ends with the schema. */
function placeOf(root: SchemaObject, path: readonly (string | number)[]): [SchemaObject, string[]] {
  const [first, second] = path.map(String);
  if (first === undefined) return [root, Object.keys(root)];
  const value = root[first];
  const form = value === undefined ? undefined : keywordForm(first, value);
  const inner = form === 'schema' ? value : form && memberOf(value, second);
  return isObject(inner) ? placeOf(inner, path.slice(form === 'schema' ? 1 : 2)) : [root, [first]];
}

/** Looks up one member, because a schema with many problems may have many members. */
function memberOf(value: Json | undefined, name: string | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || name === undefined) return undefined;
  return Array.isArray(value) ? value[Number(name)] : Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Stands for a member among keywords to leave out. */
const memberKey = (name: string) => `properties/${name}`;

/** Leaves out keywords, and those whose meaning depends on them. */
function without(schema: SchemaObject, keywords: readonly string[]): SchemaObject {
  const cut = new Set(keywords);
  if (keywords.some((one) => /^(?:properties|patternProperties)/.test(one))) cut.add('additionalProperties');
  if (cut.has('prefixItems')) cut.add('items');
  const left = Object.entries(schema).map(([keyword, value]): [string, Json] => {
    if (keyword !== 'properties' || !isObject(value)) return [keyword, value];
    return [keyword, Object.fromEntries(Object.entries(value).filter(([name]) => !cut.has(memberKey(name))))];
  });
  return Object.fromEntries(left.filter(([keyword]) => !cut.has(keyword)));
}

/** Leaves out what could refuse more values because a part of the schema allows more. */
function looser({ oneOf, ...schema }: SchemaObject): SchemaObject {
  const choice = oneOf === undefined || schema.anyOf !== undefined ? {} : { anyOf: oneOf };
  return {
    ...without(schema, ['not', 'if', 'then', 'else', 'maxContains', 'unevaluatedProperties', 'unevaluatedItems']),
    ...choice,
  };
}

/** Returns whether both JavaScript and Python have the pattern. */
function isCommon(pattern: string): boolean {
  if (/\\[pPck]|\\u\{|\(\?<[^=!]|\[\^?\]/.test(pattern)) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
