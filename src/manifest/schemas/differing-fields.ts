// Compares a schema that was read from manifest.py with the one that Pydantic makes, field by field. What the first leaves open, which lint
// already reports, and texts for readers don't count.
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';

const forReaders: ReadonlySet<string> = new Set(
  'title description default examples format deprecated readOnly writeOnly contentMediaType contentSchema discriminator'.split(
    ' ',
  ),
);

/** Returns the names of properties that differ; `Part.size` for one of another class. */
export function differingFields(published: JsonObject, made: JsonObject): string[] {
  const other = classesOf(made);
  return [...classesOf(published)].flatMap(([prefix, own]) => differingNames(own, other.get(prefix) ?? none, prefix));
}

/** The text of each property of a class, with whether it is required; of the whole class, if it has no properties. */
type Fields = ReadonlyMap<string, string>;

const none: Fields = new Map();
const open = '{}';
const theWhole = 'the whole';

function differingNames(own: Fields, other: Fields, prefix: string): string[] {
  if (own.get(theWhole) === open) return [];
  const names = [...new Set([...own.keys(), ...other.keys()])];
  return names
    .filter((name) => own.get(name) !== open && own.get(name) !== other.get(name))
    .map((name) => prefix + name);
}

/** Returns the fields by class, named as a prefix: `Part.`, and nothing for the schema itself. */
function classesOf(whole: JsonObject): Map<string, Fields> {
  const definitions = isJsonObject(whole.$defs) ? whole.$defs : {};
  const [reference] = Array.isArray(whole.allOf) ? whole.allOf : [whole];
  const target = isJsonObject(reference) && typeof reference.$ref === 'string' ? reference.$ref.split('/').at(-1) : '';
  const classes = Object.entries(definitions).map(([name, schema]) => [`${name}.`, fieldsOf(schema)] as const);
  // A class that refers to itself is a definition, and the whole is a reference to it.
  return new Map([...classes, ['', fieldsOf(target ? definitions[target] : whole)]]);
}

function fieldsOf(schema: Json | undefined): Fields {
  if (!isJsonObject(schema)) return none;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const { properties, required: _names, $defs: _classes, ...rest } = schema;
  if (!isJsonObject(properties)) return new Map([[theWhole, JSON.stringify(comparable(rest))]]);
  return new Map(
    Object.entries(properties).map(([name, property]) => {
      const text = JSON.stringify(comparable(property));
      return [name, text === open ? open : `${text}${required.has(name) ? ' required' : ''}`];
    }),
  );
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
