// Composes a schema's example from the examples of its fields.
import { type Schema, type Schemas, schemaName } from '../document.ts';

/** Examples by format, for strings that have none of their own. */
const byFormat = new Map([
  ['date-time', '2026-03-05T09:30:00.000Z'],
  ['binary', '…'],
]);

/** Returns the schema's own example, or one composed from the examples of its parts. Undefined if a part has none. */
export function makeExample(schema: Schema, schemas: Schemas = {}): unknown {
  const { $ref, example, const: only, enum: options, default: fallback, allOf, anyOf, oneOf } = schema;
  if (example !== undefined) return example;
  if ($ref !== undefined) return makeExample(schemas[schemaName($ref)] ?? {}, schemas);
  if (only !== undefined) return only;
  if (allOf) return merged(allOf.map((part) => makeExample(part, schemas)));
  const [choice] = (anyOf ?? oneOf ?? []).filter(({ type }) => type !== 'null');
  if (choice) return makeExample(choice, schemas);
  return fallback ?? options?.[0] ?? ofType(schema, schemas);
}

function merged(parts: unknown[]): unknown {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 1 ? known[0] : Object.assign({}, ...known);
}

function ofType({ type, format, items, properties, additionalProperties }: Schema, schemas: Schemas): unknown {
  const [kind] = [type ?? (properties ? 'object' : undefined)].flat();
  if (kind === 'boolean') return false;
  if (kind === 'array') return items ? [makeExample(items, schemas)].filter((item) => item !== undefined) : [];
  if (kind === 'string') return byFormat.get(format ?? '');
  if (kind !== 'object' || (!properties && additionalProperties === undefined)) return undefined;
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, makeExample(field, schemas)]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
