// Converts a type expression to JSON Schema as Pydantic 2 does. A type that isn't known allows any value, and becomes a gap.
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { schemaLimits } from '../../contract/limits/manifest.ts';
import type { TypeExpression, Value } from '../python/value.ts';
import { annotatedSchema } from './annotated.ts';
import { constraintsOf, withConstraints } from './constraints.ts';
import { forwardReference } from './forward-references.ts';
import { literalSchema } from './literals.ts';
import { constrained, containers, namedSchema, transparent } from './named-types.ts';
import { meaningOf } from './names.ts';
import { anything, type Place, type Writing } from './writing.ts';

export function typeSchema(type: TypeExpression, outer: Place, writing: Writing): JsonObject {
  const place = { ...outer, depth: outer.depth + 1 };
  writing.budget.left -= 8;
  if (place.depth > schemaLimits.typeDepthMax || writing.budget.left < 0)
    return anything(place, writing, 'its type is too large');
  switch (type.kind) {
    case 'any':
      return {};
    case 'none':
      return { type: 'null' };
    case 'name':
      return nameSchema(type, place, writing);
    case 'generic':
      return genericSchema(type, place, writing);
    case 'union':
      return unionSchema(type.alternatives, place, writing);
    case 'class':
      return writing.reference(type.schema, [], place);
    case 'value':
      return forwardSchema(type.value, place, writing);
    case 'call':
      return callSchema(type, place, writing);
    default:
      return unknown(type.kind === 'unknown' ? type.text : '...', place, writing);
  }
}

function unknown(text: string, place: Place, writing: Writing): JsonObject {
  return anything(place, writing, `the type ${text} isn't one that Slipway knows or that manifest.py defines`);
}

function forwardSchema(value: Value, place: Place, writing: Writing): JsonObject {
  const type = value.kind === 'string' ? forwardReference(value.value, value.at) : undefined;
  if (type) return typeSchema(type, place, writing);
  return unknown(value.kind === 'string' ? JSON.stringify(value.value.slice(0, 60)) : 'in it', place, writing);
}

/** Returns what a name means, with its type parameters. */
function found(path: readonly string[], { scope }: Place, { names }: Writing) {
  const [name = '', ...rest] = path;
  const bound = rest.length === 0 ? scope.get(name) : undefined;
  return bound ?? meaningOf(path, names);
}

function nameSchema(type: { path: string[] }, place: Place, writing: Writing): JsonObject {
  const meaning = found(type.path, place, writing);
  if (!meaning) return unknown(type.path.join('.'), place, writing);
  if ('scope' in meaning) return typeSchema(meaning.type, { ...place, scope: meaning.scope }, writing);
  if (meaning.kind === 'class') return writing.reference(meaning.schema, [], place);
  if (meaning.kind === 'alias') return aliasSchema(meaning.type, place, writing);
  const { name } = meaning;
  if (name === 'str' || name === 'Text') return withConstraints({ type: 'string' }, place.textLimits);
  if (name === 'Json') return jsonSchema([], place, writing);
  return (
    namedSchema(name, writing.mode) ?? containerSchema(name, undefined, place, writing) ?? unknown(name, place, writing)
  );
}

function aliasSchema(type: TypeExpression, place: Place, writing: Writing): JsonObject {
  if (place.aliases.includes(type)) return anything(place, writing, 'its type refers to itself');
  return typeSchema(type, { ...place, aliases: [...place.aliases, type] }, writing);
}

function genericSchema(
  { path, parameters }: { path: string[]; parameters: TypeExpression[] },
  place: Place,
  writing: Writing,
): JsonObject {
  const meaning = found(path, place, writing);
  if (meaning && 'kind' in meaning && meaning.kind === 'class') {
    return writing.reference(meaning.schema, parameters, place);
  }
  const name = meaning && 'kind' in meaning && meaning.kind === 'known' ? meaning.name : '';
  const [first] = parameters;
  if (name === 'Optional' && first) return unionSchema([first, { kind: 'none' }], place, writing);
  if (name === 'Union') return unionSchema(parameters, place, writing);
  if (name === 'Literal')
    return literalSchema(parameters, writing) ?? unknown('Literal of these values', place, writing);
  if (name === 'Annotated') return annotatedSchema(parameters, place, writing);
  if (name === 'Json') return jsonSchema(parameters, place, writing);
  if (transparent.has(name) && first) return typeSchema(first, place, writing);
  return containerSchema(name, parameters, place, writing) ?? unknown(path.join('.'), place, writing);
}

/** Pydantic's Json is read from a string, and written as its value. */
function jsonSchema([type]: TypeExpression[], place: Place, writing: Writing): JsonObject {
  if (writing.mode === 'validation') return { type: 'string', contentMediaType: 'application/json' };
  return type ? typeSchema(type, place, writing) : {};
}

function containerSchema(
  name: string,
  parameters: readonly TypeExpression[] | undefined,
  place: Place,
  writing: Writing,
): JsonObject | undefined {
  const [first, second] = parameters ?? [];
  const inner = (type: TypeExpression | undefined) => (type ? typeSchema(type, place, writing) : {});
  switch (containers.get(name)) {
    case 'array':
      return { type: 'array', items: inner(first) };
    case 'set':
      return { type: 'array', items: inner(first), uniqueItems: true };
    case 'tuple':
      return parameters ? tupleSchema(parameters, inner) : { type: 'array', items: {} };
    case 'map':
      return mapSchema(keySchema(inner(first), writing), inner(second));
    case 'counter':
      return { type: 'object', additionalProperties: { type: 'integer' } };
    default:
      return undefined;
  }
}

/** Keys are strings in JSON, so other keys are not limited. */
function keySchema(keys: JsonObject, writing: Writing): JsonObject {
  const members = [...(writing.referenced(keys.$ref)?.members.values() ?? [])];
  const isNames = members.length > 0 && members.every((member) => member?.kind === 'string');
  return '$ref' in keys && isNames ? { type: 'string', ...keys } : keys;
}

function mapSchema({ pattern, title: _title, type, ...limits }: JsonObject, values: JsonObject): JsonObject {
  const any = Object.keys(values).length > 0 ? values : true;
  const names = type === 'string' && Object.keys(limits).length > 0 ? { propertyNames: limits } : {};
  if (typeof pattern === 'string') return { type: 'object', patternProperties: { [pattern]: any }, ...names };
  return { type: 'object', additionalProperties: any, ...names };
}

/** Converts the parameters of `tuple[int, str]`, `tuple[int, ...]` and `tuple[()]`. */
function tupleSchema(
  parameters: readonly TypeExpression[],
  inner: (type: TypeExpression | undefined) => JsonObject,
): JsonObject {
  const [first, second] = parameters;
  if (second?.kind === 'ellipsis') return { type: 'array', items: inner(first) };
  const size = { minItems: parameters.length, maxItems: parameters.length };
  return { type: 'array', ...size, ...(first ? { prefixItems: parameters.map(inner) } : {}) };
}

/** Converts calls such as `conint(gt=1)`, `conlist(int, min_length=1)`, `NewType("Id", int)` and `TypeVar("T", bound=int)`. */
function callSchema(call: Extract<TypeExpression, { kind: 'call' }>, place: Place, writing: Writing): JsonObject {
  const meaning = found(call.path, place, writing);
  const name = meaning && 'kind' in meaning && meaning.kind === 'known' ? meaning.name : '';
  const [first, second] = call.arguments.filter((argument) => argument.name === undefined);
  if (name === 'NewType' && second) return typeSchema(second.type, place, writing);
  if (name === 'TypeVar') {
    const bound = call.arguments.find((argument) => argument.name === 'bound');
    return bound ? typeSchema(bound.type, place, writing) : {};
  }
  const base = constrained.get(name);
  if (base === undefined) return unknown(`${call.path.join('.')}(…)`, place, writing);
  const type =
    containerSchema(base, first ? [first.type] : [], place, writing) ?? namedSchema(base, writing.mode) ?? {};
  return withConstraints(type, constraintsOf(name, call.arguments, writing.budget));
}

/** Flattens nested unions. Null comes last. */
function unionSchema(alternatives: readonly TypeExpression[], place: Place, writing: Writing): JsonObject {
  const schemas = new Map<string, Json>();
  let nullable = false;
  for (const alternative of alternatives) {
    const schema = typeSchema(alternative, place, writing);
    for (const one of Array.isArray(schema.anyOf) && Object.keys(schema).length === 1 ? schema.anyOf : [schema]) {
      const key = JSON.stringify(one);
      if (key === '{"type":"null"}') nullable = true;
      else schemas.set(key, one);
    }
  }
  const anyOf = nullable ? [...schemas.values(), { type: 'null' }] : [...schemas.values()];
  const [only] = anyOf;
  return anyOf.length === 1 && isJsonObject(only) ? only : { anyOf };
}
