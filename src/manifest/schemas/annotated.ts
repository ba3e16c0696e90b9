// Converts Annotated[…]: a type, and what follows it.
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { toJson } from '../python/to-json.ts';
import type { Argument, Call, TypeExpression } from '../python/value.ts';
import { constraintsOf, isConstraining, withConstraints } from './constraints.ts';
import { discriminatedSchema } from './discriminators.ts';
import { addOptions, noOptions } from './field-options.ts';
import { libraryName, meaningOf } from './names.ts';
import { anything, type Place, type Writing } from './writing.ts';

/** Functions that get a value before it is checked, or instead. */
const early = /^(?:BeforeValidator|PlainValidator|WrapValidator|ValidateAs|GetPydanticSchema)$/;
const writers = /^(?:PlainSerializer|WrapSerializer)$/;
/** Notes, and functions that change nothing in a schema. */
const neutral =
  /^(?:AfterValidator|Strict|AllowInfNan|FailFast|Tag|Doc|Predicate|Discriminator|UrlConstraints|Timezone|Unit|UuidVersion|PathType|SkipValidation)$/;

export function annotatedSchema([type, ...extras]: TypeExpression[], place: Place, writing: Writing): JsonObject {
  if (!type) return {};
  let schema = writing.schemaOf(type, place);
  for (const extra of extras) schema = withExtra(schema, extra, place, writing);
  return schema;
}

function withExtra(schema: JsonObject, extra: TypeExpression, place: Place, writing: Writing): JsonObject {
  const call = asCall(extra);
  if (!call) return schema;
  const name = libraryName(call.path, writing.names) ?? '';
  if (name === 'Field') return withOptions(schema, call, writing);
  if (isConstraining(name)) return withConstraints(schema, constraintsOf(name, call.arguments, writing.budget));
  if (early.test(name)) return writing.mode === 'validation' ? changed(schema, place, writing) : schema;
  if (writers.test(name)) return writing.mode === 'serialization' ? writtenSchema(call, place, writing) : schema;
  if (name === 'WithJsonSchema') return ownSchema(call.arguments, place, writing);
  if (neutral.test(name) || isPlain(call, writing)) return schema;
  return anything(place, writing, `what ${call.path.join('.')} does isn't known`);
}

/** Other values, such as texts, are notes. */
function asCall(extra: TypeExpression): Call | undefined {
  if (extra.kind === 'name' || extra.kind === 'generic') return { kind: 'call', path: extra.path, arguments: [] };
  return extra.kind === 'call' ? extra : undefined;
}

/** Returns whether the call makes an instance of a class in this file, which then is a note. */
function isPlain({ path }: Call, { names }: Writing): boolean {
  const meaning = meaningOf(path, names);
  return meaning?.kind === 'class' && meaning.schema.gap === undefined;
}

/** A value that a function changes before it is checked can be anything. */
export function changed(schema: JsonObject, place: Place, writing: Writing): JsonObject {
  if (Object.keys(schema).length === 0) return schema;
  return anything(place, writing, 'a validator changes it before it is checked');
}

/** Returns the schema of what a function writes. */
export function writtenAs(type: TypeExpression | undefined, place: Place, writing: Writing): JsonObject {
  return type
    ? writing.schemaOf(type, place)
    : anything(place, writing, 'the function that writes it names no type that it returns');
}

function writtenSchema({ arguments: parts }: Call, place: Place, writing: Writing): JsonObject {
  return writtenAs(parts.find(({ name }) => name === 'return_type')?.type, place, writing);
}

function withOptions(schema: JsonObject, call: Call, writing: Writing): JsonObject {
  const options = noOptions();
  addOptions(options, call, writing.budget);
  const chosen = discriminatedSchema(schema, options.discriminator, writing);
  return { ...withConstraints(chosen, options.constraints), ...options.annotations };
}

function ownSchema([first]: Argument[], place: Place, writing: Writing): JsonObject {
  const read = first && toJson(first.value, writing.budget);
  return read && 'json' in read && isJsonObject(read.json)
    ? read.json
    : anything(place, writing, 'its own schema is no literal');
}
