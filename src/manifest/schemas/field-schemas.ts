// Converts a class's field to the property of an object, with the name that callers use.
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Span } from '../python/syntax.ts';
import { toJson } from '../python/to-json.ts';
import type { Bindings, ClassSchema, Field, TypeExpression } from '../python/value.ts';
import { outerName, titleOf } from './aliases.ts';
import { changed, writtenAs } from './annotated.ts';
import { withConstraints } from './constraints.ts';
import { discriminatedSchema } from './discriminators.ts';
import { addOptions, type FieldOptions, noOptions } from './field-options.ts';
import { libraryName, type Meaning, meaningOf } from './names.ts';
import type { Place, Scope, Writing } from './writing.ts';

export interface Property {
  name: string;
  at: Span;
  schema: JsonObject;
  required: boolean;
}

/** Returns undefined for a field that isn't read or written, or whose name isn't known. */
export function propertyOf(field: Field, owner: ClassSchema, base: Place, writing: Writing): Property | undefined {
  const head = outerTypes(field.type, writing);
  const options = optionsOf(field, head.options, writing);
  const isWritten = writing.mode === 'serialization';
  if (isWritten && (options.isExcluded || head.wrappers.has('InitVar'))) return undefined;
  const place = {
    ...base,
    at: field.at,
    subject: `${owner.name}.${field.name}`,
    scope: scopeOf(field.bindings, base.scope),
  };
  const name = outerName(field.name, options, owner.config.get('alias_generator'), writing.mode);
  if (name === null) {
    writing.gap(field.at, place.subject, "is left out: the name that callers use isn't a literal");
    return undefined;
  }
  const type = withConstraints(valueSchema(field, owner, place, writing), options.constraints);
  const chosen = discriminatedSchema(type, options.discriminator, writing);
  const fallback = options.defaultValue ?? field.defaultValue;
  const read = fallback && toJson(fallback, writing.budget);
  return {
    name,
    at: field.at,
    required: isRequired(field, owner, { options, head, isWritten }),
    schema: {
      ...(refersToClass(chosen) ? {} : { title: titleOf(name) }),
      ...chosen,
      ...options.annotations,
      ...(read && 'json' in read ? { default: read.json } : {}),
    },
  };
}

/** Returns the schema of the field's value, unless a function replaces it. */
function valueSchema(
  field: Field,
  { loose, looseModel, written }: ClassSchema,
  place: Place,
  writing: Writing,
): JsonObject {
  if (writing.mode === 'serialization') {
    const name = written.has(field.name) ? field.name : '*';
    return written.has(name) ? writtenAs(written.get(name), place, writing) : writing.schemaOf(field.type, place);
  }
  if (looseModel) return {};
  const schema = writing.schemaOf(field.type, place);
  return loose.has(field.name) || loose.has('*') ? changed(schema, place, writing) : schema;
}

interface Head {
  /** Names around the type, such as NotRequired. */
  wrappers: ReadonlySet<string>;
  /** Calls of Field in Annotated. */
  options: Extract<TypeExpression, { kind: 'call' }>[];
}

/** Reads what stands around a field's type: `Required[Annotated[int, Field(alias="a")]]`, also through names of types. */
function outerTypes(whole: TypeExpression, { names }: Writing): Head {
  const wrappers = new Set<string>();
  const options: Head['options'] = [];
  let type: TypeExpression | undefined = whole;
  for (let depth = 0; type && depth < 8; depth++) {
    const meaning: Meaning | undefined =
      type.kind === 'name' || type.kind === 'generic' ? meaningOf(type.path, names) : undefined;
    if (meaning?.kind === 'alias' && type.kind === 'name') {
      type = meaning.type;
      continue;
    }
    if (meaning?.kind !== 'known' || type.kind !== 'generic') break;
    const [inner, ...extras]: TypeExpression[] = type.parameters;
    wrappers.add(meaning.name);
    if (meaning.name === 'Annotated') {
      for (const extra of extras)
        if (extra.kind === 'call' && libraryName(extra.path, names) === 'Field') options.push(extra);
    } else if (!/^(?:Required|NotRequired|ReadOnly|InitVar|Final)$/.test(meaning.name)) break;
    type = inner;
  }
  return { wrappers, options };
}

/** Combines the options in Annotated, whose constraints belong to the type, with those on the right side. */
function optionsOf(field: Field, annotated: Head['options'], { budget }: Writing): FieldOptions {
  const options = noOptions();
  for (const call of annotated) addOptions(options, call, budget);
  options.constraints.clear();
  delete options.discriminator;
  if (field.options) addOptions(options, field.options, budget);
  return options;
}

interface Facts {
  options: FieldOptions;
  head: Head;
  isWritten: boolean;
}

function isRequired(field: Field, owner: ClassSchema, { head, isWritten, options }: Facts): boolean {
  if (head.wrappers.has('Required')) return true;
  if (head.wrappers.has('NotRequired')) return false;
  const always = owner.config.get('json_schema_serialization_defaults_required');
  if (isWritten && always?.kind === 'boolean' && always.value) return true;
  return !(field.hasDefault || options.hasDefault);
}

/** Returns what names mean where the field's type is written. */
function scopeOf(bindings: readonly Bindings[], outer: Scope): Scope {
  let scope = outer;
  for (const own of bindings) {
    const around = scope;
    if (own.size > 0)
      scope = new Map([...around, ...[...own].map(([name, type]) => [name, { type, scope: around }] as const)]);
  }
  return scope;
}

/** Returns whether a property is another class, or a union with one. Pydantic gives such properties no title. */
function refersToClass(type: JsonObject): boolean {
  const choices = Array.isArray(type.anyOf) ? type.anyOf : [type];
  return choices.some((choice) => isJsonObject(choice) && '$ref' in choice);
}
