// Reads OpenAPI 3.0's `nullable: true`, which authors also write in JSON Schema, as what it means there: null is allowed.
import { withEach } from './each-schema.ts';
import type { SchemaObject } from './keywords.ts';
import { contentOf } from './read-schema.ts';

/** Returns the same schema if no part of it uses the flag. */
export function withNulls(schema: SchemaObject): SchemaObject {
  return contentOf([schema]).texts.includes('nullable') ? withEach(schema, withNull) : schema;
}

/** Keywords that can refuse null, apart from the type and lists of values. */
const others = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if'];

function withNull({ nullable, ...schema }: SchemaObject): SchemaObject {
  if (nullable !== true) return nullable === undefined ? schema : { ...schema, nullable };
  if (others.some((keyword) => keyword in schema)) return { anyOf: [schema, { type: 'null' }] };
  const { const: constant, enum: choices, type, ...rest } = schema;
  const values = constant === undefined ? choices : [constant];
  return {
    ...rest,
    ...(type === undefined ? {} : { type: [...new Set([...[type].flat(), 'null'])] }),
    ...(Array.isArray(values) ? { enum: [...values.filter((one) => one !== null), null] } : {}),
  };
}
