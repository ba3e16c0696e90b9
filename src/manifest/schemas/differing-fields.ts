// Compares a schema that was read from manifest.py with the one that Pydantic makes, field by field. What the first leaves open, which lint
// already reports, and texts for readers don't count.
import { isJsonObject, type Json, type JsonObject } from '../json.ts';

const forReaders: ReadonlySet<string> = new Set(
  'title description default examples format deprecated readOnly writeOnly contentMediaType contentSchema discriminator'.split(
    ' ',
  ),
);

/** Returns the names of properties that differ; `Part.size` for one of another class. */
export function differingFields(published: JsonObject, made: JsonObject): string[] {
  const [own, other] = [fieldsOf(published), fieldsOf(made)];
  return [...new Set([...own.keys(), ...other.keys()])].filter((name) => {
    const text = own.get(name);
    return text !== open && text !== other.get(name);
  });
}

const open = '{}';

/** Returns each property's schema as text, with whether it is required. */
function fieldsOf(whole: JsonObject): Map<string, string> {
  const fields = new Map<string, string>();
  const definitions = isJsonObject(whole.$defs) ? whole.$defs : {};
  const [reference] = Array.isArray(whole.allOf) ? whole.allOf : [whole];
  const target = isJsonObject(reference) && typeof reference.$ref === 'string' ? reference.$ref.split('/').at(-1) : '';
  for (const [name, definition] of [...Object.entries(definitions), ['', whole] as const]) {
    // A class that refers to itself is a definition, and the whole is a reference to it.
    if (name === '' && target) addFields(fields, '', definitions[target]);
    else addFields(fields, name === '' ? '' : `${name}.`, definition);
  }
  return fields;
}

function addFields(fields: Map<string, string>, prefix: string, schema: Json | undefined): void {
  if (!isJsonObject(schema)) return;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const { properties, required: _names, $defs: _classes, ...rest } = schema;
  for (const [name, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
    const text = JSON.stringify(comparable(property));
    fields.set(prefix + name, text === open ? open : `${text}${required.has(name) ? ' required' : ''}`);
  }
  if (!isJsonObject(properties)) fields.set(prefix || 'the whole', JSON.stringify(comparable(rest)));
}

/** Some releases of Pydantic describe a Decimal's text by a pattern, which refuses numbers such as 1E-7 that they write themselves. */
const decimalPattern = '^(?!^[-+.]*$)';

/** Returns what of a schema decides which values it accepts, in one of the forms that releases of Pydantic have. */
function comparable(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(comparable);
  if (!isJsonObject(schema)) return schema;
  const { allOf, const: constant, ...others } = schema;
  const [only] = Array.isArray(allOf) && allOf.length === 1 ? allOf : [];
  const merged: JsonObject = { ...others, ...(isJsonObject(only) ? only : {}) };
  if (constant !== undefined) merged.enum = [constant];
  if (Array.isArray(merged.enum)) delete merged.type;
  if (typeof merged.pattern === 'string' && merged.pattern.startsWith(decimalPattern)) delete merged.pattern;
  if (merged.additionalProperties === true) delete merged.additionalProperties;
  const kept = Object.entries(merged).filter(([keyword]) => !forReaders.has(keyword));
  return Object.fromEntries(
    kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([keyword, value]) => [keyword, comparable(value)]),
  );
}
