// Converts Literal and the members of an Enum: lists of values.
import type { Json, JsonObject } from '../../contract/json.ts';
import { toJson } from '../python/to-json.ts';
import type { TypeExpression } from '../python/value.ts';
import { meaningOf } from './names.ts';
import type { Writing } from './writing.ts';

/** Returns undefined if a value can't be read. */
export function literalSchema(parameters: readonly TypeExpression[], writing: Writing): JsonObject | undefined {
  const values: Json[] = [];
  for (const parameter of parameters) {
    const value = literalValue(parameter, writing);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values.length > 0 ? valuesSchema(values, 'const') : undefined;
}

function literalValue(type: TypeExpression, { budget, names }: Writing): Json | undefined {
  if (type.kind === 'none') return null;
  const [owner = '', member = '', ...rest] = type.kind === 'name' ? type.path : [];
  const meaning = rest.length === 0 ? meaningOf([owner], names) : undefined;
  const ofEnum = meaning?.kind === 'class' ? meaning.schema.members.get(member) : undefined;
  const value = type.kind === 'value' ? type.value : ofEnum;
  const read = value && toJson(value, budget);
  return read && 'json' in read ? read.json : undefined;
}

/** Returns the schema of these values: one as a constant if `single` says so. */
export function valuesSchema(values: readonly Json[], single: 'const' | 'enum'): JsonObject {
  const types = new Set(values.map(typeOf));
  const [type] = types;
  const typed: JsonObject = types.size === 1 && type !== undefined ? { type } : {};
  const [value = null] = values;
  return values.length === 1 && single === 'const' ? { const: value, ...typed } : { enum: [...values], ...typed };
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;
}
