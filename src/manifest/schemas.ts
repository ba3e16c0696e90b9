// Pydantic models of manifest.py to JSON Schema, as Pydantic 2 writes it, for simple field types; any other class is its title alone.
// Reads annotations, defaults and Field(…); validators, configuration and aliases are not looked at.
import type { Node } from 'web-tree-sitter';
import { annotationSchema } from './annotations.ts';
import { fieldOptions } from './field-options.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { lastNameOf, nameOf, partsOf, spanOf } from './syntax.ts';
import { type Budget, fieldCharactersMax, toJson } from './to-json.ts';
import { type ClassSchema, evaluate, type Names, type Value } from './values.ts';

/** More than these and only the title is kept. */
const propertiesMax = 200;
const definitionsMax = 100;

/** The class as a value, with its schema when it is a model. `budget` is that of all models of the file together. */
export function classValue(definition: Node, names: Names, budget: Budget): Value | undefined {
  const nameNode = definition.childForFieldName('name');
  const body = definition.childForFieldName('body');
  if (!nameNode || !body) return undefined;
  const schema: ClassSchema = {
    name: nameOf(nameNode),
    properties: new Map(),
    description: docstringOf(body, names),
    references: new Map(),
  };
  const model = inherit(definition, names, schema);
  if (model) for (const statement of partsOf(body)) addField(statement, names, schema, budget);
  else schema.properties = undefined;
  return { at: spanOf(nameNode), kind: 'class', schema, model };
}

/** What a class is worth where a schema is wanted: `{"title": …}` alone when its fields have no simple schema. */
export function classSchemaJson(schema: ClassSchema): JsonObject {
  const titleOnly = { title: schema.name };
  const definitions = new Map<string, JsonObject>();
  const waiting = [...schema.references.values()];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (definitions.has(next.name)) continue;
    if (definitions.size >= definitionsMax) return titleOnly;
    definitions.set(next.name, objectSchema(next));
    waiting.push(...next.references.values());
  }
  const own = objectSchema(schema);
  const whole = definitions.size > 0 ? { $defs: Object.fromEntries(definitions), ...own } : own;
  return JSON.stringify(whole).length <= fieldCharactersMax ? whole : titleOnly;
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

/** Takes over what the base classes have; true when one of them makes this a model. */
function inherit(definition: Node, names: Names, schema: ClassSchema): boolean {
  const bases = definition.childForFieldName('superclasses');
  let model = false;
  for (const base of bases ? partsOf(bases) : []) {
    const name = lastNameOf(base);
    const parent = name === undefined ? undefined : names.get(name);
    if (parent?.kind === 'class' && parent.model) {
      model = true;
      if (!parent.schema.properties) schema.properties = undefined;
      for (const [key, property] of parent.schema.properties ?? []) schema.properties?.set(key, property);
      for (const [key, referred] of parent.schema.references) schema.references.set(key, referred);
    } else if (name === 'BaseModel') model = true;
  }
  return model;
}

function docstringOf(body: Node, names: Names): string | undefined {
  const [first] = partsOf(body);
  const [literal] = first?.type === 'expression_statement' ? partsOf(first) : [];
  if (literal?.type !== 'string') return undefined;
  const value = evaluate(literal, names);
  return value.kind === 'string' ? cleaned(value.value) || undefined : undefined;
}

/** Python's inspect.cleandoc: without the indentation that all lines but the first share. */
function cleaned(docstring: string): string {
  const [first = '', ...rest] = docstring.replaceAll('\t', '        ').split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  return [first.trimStart(), ...rest.map((line) => line.slice(Math.min(indent, line.length)))]
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

/** `name: type`, `name: type = default`, `name: type = Field(…)`. */
function addField(statement: Node, names: Names, schema: ClassSchema, budget: Budget): void {
  const [assignment] = statement.type === 'expression_statement' ? partsOf(statement) : [];
  const target = assignment?.type === 'assignment' ? assignment.childForFieldName('left') : null;
  const annotation = assignment?.childForFieldName('type');
  if (!schema.properties || !annotation || target?.type !== 'identifier') return;
  const name = nameOf(target);
  if (name.startsWith('_') || name === 'model_config' || /^(?:\w+\.)?ClassVar\b/.test(annotation.text)) return;
  const type = annotationSchema(annotation, { names, references: schema.references });
  const options = fieldOptions(assignment?.childForFieldName('right') ?? undefined, names, budget);
  if (!type || !options || schema.properties.size >= propertiesMax || schema.references.size > definitionsMax) {
    schema.properties = undefined;
    return;
  }
  const { required, defaultValue, constraints, annotations: shown } = options;
  const constrained = withConstraints(type, constraints);
  const fallback = defaultValue && toJson(defaultValue, budget);
  schema.properties.set(name, {
    required,
    schema: {
      ...(refersOnly(type) ? {} : { title: titleOf(name) }),
      ...constrained,
      ...shown,
      ...(fallback && 'json' in fallback ? { default: fallback.json } : {}),
    },
  });
}

/** Pydantic gives no title to a property that is another model, or a choice with one in it. */
function refersOnly(type: JsonObject): boolean {
  const choices = Array.isArray(type.anyOf) ? type.anyOf : [type];
  return choices.some((choice) => isJsonObject(choice) && '$ref' in choice);
}

/** `avg_word_length` → `Avg Word Length`: Python's str.title. */
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

/** In a choice between one type and null they belong to the type. */
function withConstraints(type: JsonObject, constraints: ReadonlyMap<string, Json>): JsonObject {
  if (constraints.size === 0) return type;
  const choices = Array.isArray(type.anyOf) ? type.anyOf : [];
  const [first, second] = choices;
  if (choices.length === 2 && JSON.stringify(second) === '{"type":"null"}' && isJsonObject(first)) {
    return { anyOf: [withConstraints(first, constraints), { type: 'null' }] };
  }
  const words = keywords[type.type === 'integer' ? 'number' : String(type.type)] ?? {};
  const known = [...constraints].flatMap(([option, value]): [string, Json][] => {
    const word = words[option];
    return word === undefined ? [] : [[word, value]];
  });
  return { ...type, ...Object.fromEntries(known) };
}
