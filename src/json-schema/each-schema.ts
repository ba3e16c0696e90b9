// Changes each schema within a schema.
import type { Json } from '../contract/json.ts';
import { isObject, keywordForm, type SchemaObject } from './keywords.ts';

const depthMax = 60;

/** Changes each schema, the outermost first. Values such as constants stay. */
export function withEach(
  schema: SchemaObject,
  change: (schema: SchemaObject) => SchemaObject,
  depth = 0,
): SchemaObject {
  if (depth > depthMax) return schema;
  const inner = (value: Json): Json => (isObject(value) ? withEach(value, change, depth + 1) : value);
  const entries = Object.entries(change(schema)).map(([keyword, value]): [string, Json] => {
    const form = keywordForm(keyword, value);
    if (form === 'list' && Array.isArray(value)) return [keyword, value.map(inner)];
    if (form !== 'map' || !isObject(value)) return [keyword, form === 'schema' ? inner(value) : value];
    return [keyword, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(one)]))];
  });
  return Object.fromEntries(entries);
}
