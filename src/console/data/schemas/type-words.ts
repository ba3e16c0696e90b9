// Says in words which values a JSON Schema allows, such as "text, at most 200 characters".
import { alternatives, boundsOf, resolved, type Schema, typesOf } from '../../../client/schemas/resolved.ts';
import { isRecord } from '../../../contract/plugin/flat-schemas.ts';

const choicesMax = 8;
const kindsMax = 4;
const depthMax = 4;
const shownChars = 80;

export function typeWords(root: Schema, schema: unknown, depth = 0): string {
  const known = resolved(root, schema);
  if (isRecord(known.not) && Object.keys(known.not).length === 0) return 'never allowed';
  if (depth > depthMax) return '…';
  if (Object.hasOwn(known, 'const')) return `always ${shortJson(known.const)}`;
  if (Array.isArray(known.enum)) return choiceWords(known.enum, known.nullable === true);
  const kinds = alternatives(known);
  const types = typesOf(known);
  if (kinds.length > 0 && !types.includes('object')) {
    const words = kinds.slice(0, kindsMax).map((kind) => typeWords(root, kind, depth + 1));
    const more = kinds.length > kindsMax ? [`${kinds.length - kindsMax} more kinds`] : [];
    return joined([...words, ...more, ...(known.nullable === true ? ['null'] : [])]);
  }
  return types.length === 0 ? 'anything' : joined(types.map((type) => wordsOfType(root, known, type, depth)));
}

/** JSON that is short enough for a table. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > shownChars ? `${text.slice(0, shownChars)}…`.toWellFormed() : text;
}

function choiceWords(choices: readonly unknown[], isNullable: boolean): string {
  const shown = choices.slice(0, choicesMax).map(shortJson).join(', ');
  const more = choices.length > choicesMax ? ` … and ${choices.length - choicesMax} more` : '';
  return `${choices.length === 1 ? 'always' : 'one of'} ${shown}${more}${isNullable ? ', or null' : ''}`;
}

function joined(words: readonly string[]): string {
  return [...new Set(words)].join(' or ');
}

function wordsOfType(root: Schema, schema: Schema, type: string, depth: number): string {
  if (type === 'string') return textWords(schema);
  if (type === 'integer') return listed('whole number', numberWords(schema));
  if (type === 'number') return listed('number', numberWords(schema));
  if (type === 'array') return listWords(root, schema, depth);
  if (type === 'object') return objectWords(root, schema, depth);
  return type === 'boolean' ? 'true or false' : type;
}

function listed(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

const formats = new Map<unknown, string>([
  ['date', 'date such as 2026-01-31'],
  ['date-time', 'date and time such as 2026-01-31T12:00:00Z'],
  ['email', 'email address'],
  ['uri', 'URL'],
  ['url', 'URL'],
  ['uuid', 'UUID'],
]);

function textWords({ contentEncoding, format, maxLength, minLength, pattern }: Schema): string {
  const base = formats.get(format) ?? (typeof format === 'string' ? `text (${format})` : 'text');
  const encoding = typeof contentEncoding === 'string' ? `encoded as ${contentEncoding}` : undefined;
  const shape = typeof pattern === 'string' ? `matching ${pattern.slice(0, shownChars)}` : undefined;
  return listed(base, range(minLength, maxLength, 'character'), encoding, shape);
}

function numberWords(schema: Schema): string {
  const { above, below, least, most } = boundsOf(schema);
  return listed(
    range(least, most),
    above === undefined ? undefined : `above ${above}`,
    below === undefined ? undefined : `below ${below}`,
    typeof schema.multipleOf === 'number' ? `a multiple of ${schema.multipleOf}` : undefined,
  );
}

/** Says bounds, such as `0 to 10` or `at most 1 item`. */
function range(least: unknown, most: unknown, unit?: string): string | undefined {
  const units = (number: unknown) => (unit === undefined ? `${number}` : `${number} ${unit}${number === 1 ? '' : 's'}`);
  if (typeof most !== 'number') return typeof least === 'number' ? `at least ${units(least)}` : undefined;
  if (typeof least !== 'number') return `at most ${units(most)}`;
  return least === most ? units(most) : `${least} to ${units(most)}`;
}

const plurals = new Map([
  ['object', 'objects'],
  ['number', 'numbers'],
  ['whole number', 'whole numbers'],
  ['text', 'texts'],
  ['URL', 'URLs'],
]);

function listWords(root: Schema, schema: Schema, depth: number): string {
  const { items, maxItems, minItems, prefixItems, uniqueItems } = schema;
  const places = [prefixItems, items].find(Array.isArray)?.slice(0, choicesMax);
  const each = places
    ? places.map((item) => typeWords(root, item, depth + 1)).join(', then ')
    : typeWords(root, items, depth + 1);
  const named = places ? each : (plurals.get(each) ?? `values, each ${each}`);
  const base = each === 'anything' ? 'list' : `list of ${named}`;
  return listed(base, range(minItems, maxItems, 'item'), uniqueItems === true ? 'all different' : undefined);
}

function objectWords(root: Schema, schema: Schema, depth: number): string {
  const { additionalProperties: others, maxProperties, minProperties, patternProperties, properties } = schema;
  const names = properties === undefined ? 'names' : 'other names';
  const open = isRecord(others) ? ` with any ${names}, each ${typeWords(root, others, depth + 1)}` : '';
  const isClosed = others === false && patternProperties === undefined;
  return listed(
    `object${open}`,
    isClosed ? 'no other fields' : undefined,
    range(minProperties, maxProperties, 'field'),
  );
}
