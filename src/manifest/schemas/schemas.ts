// Converts Pydantic models in manifest.py to JSON Schema as Pydantic 2 does, for simple field types. Any other class becomes a schema
// with only a title. Reads annotations, defaults and Field(…), but not validators, configuration or aliases.
import type { Node } from 'web-tree-sitter';
import { fieldCharsMax } from '../../contract/limits/manifest.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { dottedName, lastName, nameParts, nodeSpan } from '../python/syntax.ts';
import { type Budget, toJson } from '../python/to-json.ts';
import { type ClassSchema, evaluate, type Names, type Value } from '../python/values.ts';
import { annotationSchema } from './annotations.ts';
import { fieldOptions } from './field-options.ts';

/** Models with more properties get a schema that has only a title. */
const propertiesMax = 200;
const definitionsMax = 100;

/** Returns the class as a value, with its schema if it is a model. All models in the file share `budget`. */
export function classValue(definition: Node, names: Names, budget: Budget): Value | undefined {
  const nameNode = definition.childForFieldName('name');
  const body = definition.childForFieldName('body');
  if (!nameNode || !body) return undefined;
  const schema: ClassSchema = {
    name: dottedName(nameNode),
    properties: new Map(),
    description: docstringOf(body, names),
    references: new Map(),
  };
  const model = inherit(definition, names, schema);
  if (model) for (const statement of nameParts(body)) addField(statement, names, schema, budget);
  else schema.properties = undefined;
  return { at: nodeSpan(nameNode), kind: 'class', schema, model };
}

/** Returns a class's JSON Schema; just `{"title": …}` if any of its fields has no simple schema. */
export function classSchemaJson(schema: ClassSchema): JsonObject {
  const titleOnly = { title: schema.name };
  const definitions = new Map<string, JsonObject>();
  const queue = [...schema.references.values()];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (definitions.has(next.name)) continue;
    if (definitions.size >= definitionsMax) return titleOnly;
    definitions.set(next.name, objectSchema(next));
    queue.push(...next.references.values());
  }
  const own = objectSchema(schema);
  const whole = definitions.size > 0 ? { $defs: Object.fromEntries(definitions), ...own } : own;
  return JSON.stringify(whole).length <= fieldCharsMax ? whole : titleOnly;
}

function objectSchema({ name, description, properties }: ClassSchema): JsonObject {
  if (!properties) return { title: name };
  const required = [...properties].filter(([, property]) => property.required).map(([key]) => key);
  return {
    title: name,
    ...(description === undefined ? {} : { description }),
    type: 'object',
    properties: Object.fromEntries([...properties].map(([key, { schema }]) => [key, schema])),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Copies the base classes' fields. Returns whether one of the bases makes this a model. */
function inherit(definition: Node, names: Names, schema: ClassSchema): boolean {
  const bases = definition.childForFieldName('superclasses');
  let model = false;
  for (const base of bases ? nameParts(bases) : []) {
    const name = lastName(base);
    const parent = name === undefined ? undefined : names.get(name);
    if (parent?.kind === 'class' && parent.model) {
      model = true;
      if (!parent.schema.properties) schema.properties = undefined;
      for (const [key, property] of parent.schema.properties ?? []) schema.properties?.set(key, property);
      for (const [key, referenced] of parent.schema.references) schema.references.set(key, referenced);
    } else if (name === 'BaseModel') model = true;
  }
  return model;
}

function docstringOf(body: Node, names: Names): string | undefined {
  const [first] = nameParts(body);
  const [literal] = first?.type === 'expression_statement' ? nameParts(first) : [];
  if (literal?.type !== 'string') return undefined;
  const value = evaluate(literal, names);
  return value.kind === 'string' ? cleanDocstring(value.value) || undefined : undefined;
}

/** Removes the indentation common to all lines except the first, like Python's inspect.cleandoc. */
function cleanDocstring(docstring: string): string {
  const [first = '', ...rest] = docstring.replaceAll('\t', '        ').split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const lines = [first.trimStart(), ...rest.map((line) => line.slice(Math.min(indent, line.length)))];
  const start = lines.findIndex((line) => line !== '');
  return lines.slice(Math.max(start, 0), lines.findLastIndex((line) => line !== '') + 1).join('\n');
}

/** Adds `name: type`, `name: type = default` or `name: type = Field(…)`. */
function addField(statement: Node, names: Names, schema: ClassSchema, budget: Budget): void {
  const [assignment] = statement.type === 'expression_statement' ? nameParts(statement) : [];
  const target = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null;
  const annotation = assignment?.childForFieldName('type');
  if (!schema.properties || !annotation || target?.type !== 'identifier') return;
  const name = dottedName(target);
  if (name.startsWith('_') || name === 'model_config' || /^(?:\w+\.)?ClassVar\b/.test(annotation.text)) return;
  const type = annotationSchema(annotation, { names, references: schema.references });
  const options = fieldOptions(assignment?.childForFieldName('right') ?? undefined, names, budget);
  if (!type || !options || schema.properties.size >= propertiesMax || schema.references.size > definitionsMax) {
    schema.properties = undefined;
    return;
  }
  const { required, defaultValue, constraints, annotations } = options;
  const constrained = withConstraints(type, constraints);
  const fallback = defaultValue && toJson(defaultValue, budget);
  schema.properties.set(name, {
    at: nodeSpan(target),
    required,
    schema: {
      ...(refersToModel(type) ? {} : { title: titleOf(name) }),
      ...constrained,
      ...annotations,
      ...(fallback && 'json' in fallback ? { default: fallback.json } : {}),
    },
  });
}

/** Returns whether a property is another model, or a union with one. Pydantic gives such properties no title. */
function refersToModel(type: JsonObject): boolean {
  const choices = Array.isArray(type.anyOf) ? type.anyOf : [type];
  return choices.some((choice) => isJsonObject(choice) && '$ref' in choice);
}

/** Converts `avg_word_length` to `Avg Word Length`, like Python's str.title. */
function titleOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())
    .replaceAll('_', ' ')
    .trim();
}

const keywords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  number: { ge: 'minimum', gt: 'exclusiveMinimum', le: 'maximum', lt: 'exclusiveMaximum', multiple_of: 'multipleOf' },
  string: { min_length: 'minLength', max_length: 'maxLength', pattern: 'pattern' },
  array: { min_length: 'minItems', max_length: 'maxItems' },
  object: { min_length: 'minProperties', max_length: 'maxProperties' },
};

/** Adds constraints to a type; in a union of one type and null, to that type. */
function withConstraints(type: JsonObject, constraints: ReadonlyMap<string, Json>): JsonObject {
  if (constraints.size === 0) return type;
  const choices = Array.isArray(type.anyOf) ? type.anyOf : [];
  const [first, second] = choices;
  if (choices.length === 2 && JSON.stringify(second) === '{"type":"null"}' && isJsonObject(first)) {
    return { anyOf: [withConstraints(first, constraints), { type: 'null' }] };
  }
  const keywordByOption = keywords[type.type === 'integer' ? 'number' : String(type.type)] ?? {};
  const known = [...constraints].flatMap(([option, value]): [string, Json][] => {
    const keyword = keywordByOption[option];
    return keyword === undefined ? [] : [[keyword, value]];
  });
  return { ...type, ...Object.fromEntries(known) };
}
