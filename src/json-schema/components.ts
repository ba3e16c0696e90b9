// Turns a schema that a user wrote into components of an OpenAPI 3.1 document: the schema itself, and each schema that its references
// name. In the place where such a schema was written, a reference to its component remains, so that nothing is copied twice.
import type { SchemaDraft } from '@cfworker/json-schema';
import type { Json, JsonObject } from '../contract/json.ts';
import { isObject, isTexts, keywordForm, type SchemaObject, schemasIn } from './keywords.ts';
import { withNulls } from './nullable.ts';
import { objectSchema } from './object-schema.ts';
import { plainKeywords } from './plain-keywords.ts';
import { draftOf } from './read-schema.ts';
import { referenceTokens, schemaAt } from './references.ts';

/** Deeper schemas become components of their own, so that neither this code nor a generator recurses further. */
const depthMax = 32;

/** Keywords for which generators expect a boolean rather than a schema that allows everything or nothing. */
const withFlag = new Set(['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems']);

interface Lifting {
  root: SchemaObject;
  draft: SchemaDraft;
  /** The names of the schemas that become components. */
  names: Map<SchemaObject, string>;
  /** Schemas that only refer to each other in a circle. Their references are left out. */
  circular: ReadonlySet<SchemaObject>;
}

/** Returns the components by name. The schema itself has the name `prefix`, and the others begin with it. */
export function schemaComponents(prefix: string, written: JsonObject): Record<string, SchemaObject> {
  const root = withNulls(objectSchema(written));
  const draft = draftOf(root) ?? '2020-12';
  const { names, schemas } = findComponents(root, draft, prefix);
  const lifting = { root, draft, names, circular: circularReferences(root, schemas) };
  return Object.fromEntries([...names].map(([schema, name]) => [name, component(lifting, schema)]));
}

/** Leaves out the title: some generators would name a class after it, and the input and the output may use the same title. */
function component(lifting: Lifting, schema: SchemaObject): SchemaObject {
  const { title: _, ...rest } = rendered(lifting, schema);
  return rest;
}

interface Found {
  names: Map<SchemaObject, string>;
  /** All schemas that the root uses, directly or through references. */
  schemas: Set<SchemaObject>;
}

function findComponents(root: SchemaObject, draft: SchemaDraft, prefix: string): Found {
  const names = new Map([[root, prefix]]);
  const schemas = new Set([root]);
  const naming = namesWith(prefix);
  const waiting: [schema: SchemaObject, depth: number][] = [[root, 0]];
  const add = (schema: SchemaObject, depth: number, wanted: string | undefined) => {
    if (wanted !== undefined && !names.has(schema)) names.set(schema, naming(wanted));
    if (schemas.has(schema)) return;
    schemas.add(schema);
    waiting.push([schema, wanted === undefined ? depth : 0]);
  };
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [schema, depth] = next;
    for (const [keyword, value] of plainKeywords(schema, draft)) {
      const target = keyword === '$ref' ? targetOf(root, value) : undefined;
      if (isObject(target)) add(target, 0, lastToken(value));
      const isDeep = depth + 1 >= depthMax;
      for (const [, inner] of schemasIn(keyword, value))
        if (isObject(inner)) add(inner, depth + 1, isDeep ? 'nested' : undefined);
    }
  }
  return { names, schemas };
}

/** Returns a function that makes unused names for components. They also differ without regard to case, as file names may have to. */
function namesWith(prefix: string): (wanted: string) => string {
  const used = new Map([[prefix.toLowerCase(), 1]]);
  return (wanted) => {
    const readable = wanted.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
    const name = `${prefix}_${readable.slice(0, 80) || 'schema'}`;
    for (;;) {
      const count = (used.get(name.toLowerCase()) ?? 0) + 1;
      used.set(name.toLowerCase(), count);
      if (count === 1) return name;
      const numbered = `${name}_${count}`;
      if (used.has(numbered.toLowerCase())) continue;
      used.set(numbered.toLowerCase(), 1);
      return numbered;
    }
  };
}

function targetOf(root: SchemaObject, reference: Json | undefined): SchemaObject | boolean | undefined {
  const tokens = typeof reference === 'string' ? referenceTokens(reference) : undefined;
  return tokens && schemaAt(root, tokens);
}

function lastToken(reference: Json): string {
  return referenceTokens(String(reference))?.at(-1) ?? '';
}

/** Returns a schema of each circle of references, because no type or value could be made of the circle. */
function circularReferences(root: SchemaObject, schemas: Iterable<SchemaObject>): Set<SchemaObject> {
  const circular = new Set<SchemaObject>();
  const settled = new Set<SchemaObject>();
  for (const start of schemas) {
    const path = new Set<SchemaObject>();
    let last: SchemaObject | undefined;
    let next: SchemaObject | boolean | undefined = start;
    while (isObject(next) && !settled.has(next) && !path.has(next)) {
      path.add(next);
      last = next;
      next = targetOf(root, next.$ref);
    }
    if (last && isObject(next) && path.has(next)) circular.add(last);
    for (const schema of path) settled.add(schema);
  }
  return circular;
}

/** Recurses no deeper than `depthMax`, because deeper schemas have a name. */
function rendered(lifting: Lifting, schema: SchemaObject): SchemaObject {
  const keywords = plainKeywords(schema, lifting.draft).flatMap(([keyword, value]): [string, Json][] => {
    if (keyword === '$ref') return lifting.circular.has(schema) ? [] : reference(lifting, value);
    if (keyword === 'discriminator') return discriminator(lifting, value);
    return [[keyword, renderedValue(lifting, keyword, value)]];
  });
  return Object.fromEntries(keywords);
}

function renderedValue(lifting: Lifting, keyword: string, value: Json): Json {
  const form = keywordForm(keyword, value);
  if (form === 'list' && Array.isArray(value)) return value.map((inner) => placed(lifting, inner));
  if (form === 'map' && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, placed(lifting, inner)]));
  if (form !== 'schema' || (typeof value === 'boolean' && withFlag.has(keyword))) return value;
  return placed(lifting, value);
}

function placed(lifting: Lifting, schema: Json): Json {
  if (!isObject(schema)) return schema === false ? { not: {} } : {};
  const name = lifting.names.get(schema);
  return name === undefined ? rendered(lifting, schema) : { $ref: pointerTo(name) };
}

/** A reference without a target allows everything. */
function reference({ names, root }: Lifting, value: Json): [string, Json][] {
  const target = targetOf(root, value);
  if (target === false) return [['not', {}]];
  const name = isObject(target) ? names.get(target) : undefined;
  return name === undefined ? [] : [['$ref', pointerTo(name)]];
}

/** Rewrites what a discriminator names, as Pydantic writes it. */
function discriminator({ names, root }: Lifting, value: Json): [string, Json][] {
  if (!isObject(value) || typeof value.propertyName !== 'string') return [];
  const { mapping, propertyName } = value;
  const pairs = isObject(mapping) && isTexts(Object.values(mapping)) ? Object.entries(mapping) : [];
  const renamed = pairs.flatMap(([name, pointer]): [string, Json][] => {
    const target = targetOf(root, pointer);
    const own = isObject(target) ? names.get(target) : undefined;
    return own === undefined ? [] : [[name, pointerTo(own)]];
  });
  return [['discriminator', { propertyName, ...(renamed.length > 0 ? { mapping: Object.fromEntries(renamed) } : {}) }]];
}

function pointerTo(name: string): string {
  return `#/components/schemas/${name}`;
}
