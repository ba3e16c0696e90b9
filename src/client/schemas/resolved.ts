// Reads a manifest's JSON Schema for people: follows references and joins what applies to the same value. Never fails on a strange schema.
import { isFlat, isRecord } from '../../contract/plugin/flat-schemas.ts';

export type Schema = Readonly<Record<string, unknown>>;

const joinedMax = 50;

/** Returns a manifest's schema in the usual form; undefined if it has none. */
export function wholeSchema(declared: unknown): Schema | undefined {
  if (!isRecord(declared) || Object.keys(declared).length === 0) return undefined;
  return isFlat(declared) ? { type: 'object', properties: declared } : declared;
}

/** Returns the schema with its references and `allOf` joined into it. The schema false becomes one that says so: `{not: {}}`. */
export function resolved(root: Schema, schema: unknown): Schema {
  const seen = new Set<unknown>();
  const parts: Schema[] = [];
  const open: unknown[] = [schema];
  for (let one = open.shift(); one !== undefined && seen.size < joinedMax; one = open.shift()) {
    if (one === false) return { not: {} };
    if (!isRecord(one) || seen.has(one)) continue;
    seen.add(one);
    parts.push(one);
    if (typeof one.$ref === 'string') open.push(target(root, one.$ref));
    if (Array.isArray(one.allOf)) open.push(...one.allOf.slice(0, joinedMax));
  }
  if (parts.length <= 1) return parts[0] ?? {};
  // The first part is the outermost, whose words count.
  const properties = Object.assign({}, ...parts.toReversed().map((part) => part.properties));
  const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
  return {
    ...Object.assign({}, ...parts.toReversed()),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function target(root: Schema, reference: string): unknown {
  const [start, ...tokens] = reference.split('/');
  if (start !== '#') return undefined;
  return tokens.reduce<unknown>((value, token) => {
    const name = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
    const isHolder = isRecord(value) || Array.isArray(value);
    return isHolder && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }, root);
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Returns the alternatives of `anyOf` or `oneOf`. */
export function alternatives({ anyOf, oneOf }: Schema): readonly unknown[] {
  return [anyOf, oneOf].find(Array.isArray) ?? [];
}

const inferred: [type: string, keywords: string[]][] = [
  ['object', ['properties', 'additionalProperties', 'required', 'patternProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** Returns the types that a schema names or means. Empty for any. */
export function typesOf(schema: Schema): string[] {
  const { nullable, type } = schema;
  const meant = inferred.find(([, keywords]) => keywords.some((keyword) => Object.hasOwn(schema, keyword)));
  const named = (Array.isArray(type) ? type : [type ?? meant?.[0]]).filter((one) => typeof one === 'string');
  return nullable === true && named.length > 0 ? [...new Set([...named, 'null'])] : named;
}

/** Returns the properties that an object's schema names. */
export function propertiesOf({ properties, required }: Schema): { name: string; schema: unknown; required: boolean }[] {
  if (!isRecord(properties)) return [];
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, schema]) => ({ name, schema, required: needed.includes(name) }));
}

/** Returns the bounds of a number: inclusive, and exclusive as `above` and `below`. In draft 4, a flag makes a bound exclusive. */
export function boundsOf({ exclusiveMaximum, exclusiveMinimum, maximum, minimum }: Schema) {
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const bound = (plain: unknown, exclusive: unknown) =>
    exclusive === true ? [undefined, number(plain)] : [number(plain), number(exclusive)];
  const [[least, above], [most, below]] = [bound(minimum, exclusiveMinimum), bound(maximum, exclusiveMaximum)];
  return { above, below, least, most };
}
