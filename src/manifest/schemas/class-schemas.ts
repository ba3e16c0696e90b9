// Converts the classes of manifest.py to JSON Schema as Pydantic 2 does: for what a plugin reads, or for what it writes.
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { fieldCharsMax, schemaLimits } from '../../contract/limits/manifest.ts';
import type { Span } from '../python/syntax.ts';
import { toJson } from '../python/to-json.ts';
import type { ClassSchema, Names, TypeExpression } from '../python/value.ts';
import { writtenAs } from './annotated.ts';
import { constraintsOf } from './constraints.ts';
import { type Property, propertyOf } from './field-schemas.ts';
import { valuesSchema } from './literals.ts';
import type { SchemaMode } from './named-types.ts';
import { printedType } from './printed-type.ts';
import { typeSchema } from './type-schemas.ts';
import { anything, type Place, type Scope, type Writing } from './writing.ts';

/** Something that a schema can't say, at the field that it is about. */
export interface Gap {
  at: Span;
  subject: string;
  text: string;
}

export interface ClassReading {
  json: JsonObject;
  gaps: Gap[];
  /** Where fields are, by definition and property: `Part.code`; `.code` in the schema itself. */
  places: ReadonlyMap<string, Span>;
}

interface Instance {
  key: string;
  title: string;
  schema: ClassSchema;
  scope: Scope;
}

export function readClassSchema(schema: ClassSchema, names: Names, mode: SchemaMode): ClassReading {
  const gaps = new Map<string, Gap>();
  if (schema.kind !== 'model' && schema.kind !== 'root') {
    const gap = {
      at: schema.at,
      subject: schema.name,
      text: "is no Pydantic model, so the schema has only the class's name",
    };
    return { json: { title: schema.name }, gaps: [gap], places: new Map() };
  }
  const writer = new ClassWriter(names, mode, (gap) => gaps.set(`${gap.at.line}:${gap.at.column}`, gap));
  const json = writer.whole(schema);
  if (JSON.stringify(json).length <= fieldCharsMax) return { json, gaps: [...gaps.values()], places: writer.places };
  const text = `has only a title in the schema, which would otherwise exceed ${fieldCharsMax} characters`;
  return { json: { title: schema.name }, gaps: [{ at: schema.at, subject: schema.name, text }], places: new Map() };
}

class ClassWriter implements Writing {
  readonly mode: SchemaMode;
  readonly names: Names;
  readonly budget = { left: fieldCharsMax };
  readonly places = new Map<string, Span>();
  readonly #record: (gap: Gap) => void;
  readonly #instances = new Map<string, Instance>();
  readonly #queue: Instance[] = [];

  constructor(names: Names, mode: SchemaMode, record: (gap: Gap) => void) {
    this.names = names;
    this.mode = mode;
    this.#record = record;
  }

  gap(at: Span, subject: string, text: string): void {
    this.#record({ at, subject, text });
  }

  whole(schema: ClassSchema): JsonObject {
    const own = this.#schemaOf({ key: '', title: schema.name, schema, scope: new Map() });
    const definitions: [string, JsonObject][] = [];
    for (let next = this.#queue.pop(); next; next = this.#queue.pop())
      definitions.push([next.key, this.#schemaOf(next)]);
    return definitions.length > 0 ? { $defs: Object.fromEntries(definitions), ...own } : own;
  }

  schemaOf(type: TypeExpression, place: Place): JsonObject {
    return typeSchema(type, place, this);
  }

  reference(schema: ClassSchema, written: readonly TypeExpression[], place: Place): JsonObject {
    if (schema.kind === 'other') {
      return anything(place, this, `the class ${schema.name} is no model, dataclass, TypedDict, NamedTuple or Enum`);
    }
    // `Page[Item]` in Page itself, used without a parameter, is that Page.
    const isSame = written.every((one, at) => isUnbound(one, schema.parameters[at], place.scope));
    const parameters = isSame ? [] : written;
    const printed = parameters.map((one) => printedType(one, place.scope, this.budget));
    const title = printed.length > 0 ? `${schema.name}[${printed.join(', ')}]` : schema.name;
    const key = this.#keyOf(title.replaceAll(', ', ',').replaceAll(/[^a-zA-Z0-9.\-_]/g, '_'), title, schema);
    if (!this.#instances.has(key)) {
      if (this.#instances.size >= schemaLimits.classesMax) {
        return anything(place, this, `the schema refers to more than ${schemaLimits.classesMax} classes`);
      }
      const scope: Scope = new Map(
        schema.parameters.map((name, at) => [name, { type: parameters[at] ?? { kind: 'any' }, scope: place.scope }]),
      );
      const instance = { key, title, schema, scope: parameters.length > 0 ? scope : new Map() };
      this.#instances.set(key, instance);
      this.#queue.push(instance);
    }
    return { $ref: `#/$defs/${key}` };
  }

  referenced(reference: Json | undefined): ClassSchema | undefined {
    return typeof reference === 'string' ? this.#instances.get(reference.slice('#/$defs/'.length))?.schema : undefined;
  }

  /** Two classes can have the same name. */
  #keyOf(wanted: string, title: string, schema: ClassSchema): string {
    for (let nth = 1; ; nth++) {
      const key = nth === 1 ? wanted : `${wanted}__${nth}`;
      const taken = this.#instances.get(key);
      if (!taken || (taken.schema === schema && taken.title === title)) return key;
    }
  }

  #schemaOf(instance: Instance): JsonObject {
    const { schema, scope, title } = instance;
    const place: Place = {
      at: schema.at,
      subject: schema.name,
      scope,
      textLimits: this.#textLimits(schema),
      depth: 0,
      aliases: [],
    };
    const { writtenModel } = schema;
    const described = schema.description === undefined ? {} : { description: schema.description };
    if (writtenModel && this.mode === 'serialization') {
      return { title, ...described, ...writtenAs(writtenModel.type, { ...place, at: writtenModel.at }, this) };
    }
    switch (schema.kind) {
      case 'enum':
        return { title, ...described, ...this.#members(place, schema) };
      case 'root':
        return { title, ...described, ...this.#root(place, schema) };
      case 'named-tuple':
        return this.#tuple(place, schema);
      default:
        return this.#object(instance, place, described);
    }
  }

  #textLimits({ config }: ClassSchema) {
    const options = ['str_min_length', 'str_max_length'].flatMap((name) => {
      const value = config.get(name);
      return value ? [{ name: name.slice('str_'.length), value, type: { kind: 'any' } as const }] : [];
    });
    return constraintsOf('Field', options, this.budget);
  }

  #members(place: Place, { members }: ClassSchema): JsonObject {
    const values = [...members.values()].map((value) => value && toJson(value, this.budget));
    const read = values.flatMap((value) => (value && 'json' in value ? [value.json] : []));
    if (read.length < values.length || read.length === 0)
      return anything(place, this, "its members aren't all literals");
    return valuesSchema(read, 'enum');
  }

  #root(place: Place, schema: ClassSchema): JsonObject {
    const field = schema.fields.get('root');
    const property = field && propertyOf(field, { ...schema, config: new Map() }, place, this);
    if (!property) return {};
    const { title: _title, ...rest } = property.schema;
    return schema.looseModel && this.mode === 'validation' ? {} : rest;
  }

  #tuple(place: Place, schema: ClassSchema): JsonObject {
    const properties = this.#properties(schema.fields.values(), schema, place);
    const minItems = properties.filter(({ required }) => required).length;
    const prefixItems = properties.map((property) => property.schema);
    return { type: 'array', minItems, maxItems: properties.length, ...(prefixItems.length > 0 ? { prefixItems } : {}) };
  }

  #object({ key, schema, title }: Instance, place: Place, described: JsonObject): JsonObject {
    const { computed, config, gap, looseModel } = schema;
    const fields = [...schema.fields.values(), ...(this.mode === 'serialization' ? computed.values() : [])];
    const properties = this.#properties(fields, schema, place);
    for (const { name, at } of properties) this.places.set(`${key}.${name}`, at);
    const isLoose = looseModel !== undefined && this.mode === 'validation';
    if (isLoose)
      this.gap(looseModel, schema.name, 'allows any values: a validator changes them before they are checked');
    if (gap !== undefined) this.gap(schema.at, schema.name, `can have other fields, which the schema allows: ${gap}`);
    const isComplete = !isLoose && gap === undefined && properties.length === fields.length;
    const required =
      isLoose || gap !== undefined ? [] : properties.filter((one) => one.required).map(({ name }) => name);
    return {
      title: this.#text(config.get('title')) ?? title,
      ...described,
      // A validator could make an object of another value; inputs themselves are always an object.
      ...(isLoose && key !== '' ? {} : { type: 'object' }),
      properties: Object.fromEntries(properties.map((property) => [property.name, property.schema])),
      ...(required.length > 0 ? { required } : {}),
      ...this.#extra(config.get('extra'), isComplete),
      ...this.#literal(config.get('json_schema_extra')),
    };
  }

  #properties(fields: Iterable<Parameters<typeof propertyOf>[0]>, schema: ClassSchema, place: Place): Property[] {
    return [...fields].flatMap((field) => propertyOf(field, schema, place, this) ?? []);
  }

  #text(value: Parameters<typeof toJson>[0] | undefined): string | undefined {
    return value?.kind === 'string' ? value.value : undefined;
  }

  #extra(value: Parameters<typeof toJson>[0] | undefined, isComplete: boolean): JsonObject {
    const extra = this.#text(value);
    if (extra === 'allow') return { additionalProperties: true };
    return extra === 'forbid' && isComplete ? { additionalProperties: false } : {};
  }

  #literal(value: Parameters<typeof toJson>[0] | undefined): JsonObject {
    const read = value && toJson(value, this.budget);
    return read && 'json' in read && isJsonObject(read.json) ? read.json : {};
  }
}

function isUnbound(type: TypeExpression, parameter: string | undefined, scope: Scope): boolean {
  return type.kind === 'name' && type.path.join('.') === parameter && !scope.has(parameter);
}
