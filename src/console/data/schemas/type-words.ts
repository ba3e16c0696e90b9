// Says in words which values a JSON Schema allows, such as "text, at most 200 characters".
import { alternatives, resolved, type Schema, typesOf } from '../../../client/schemas/resolved.ts';
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

const formats = new Map<unknown, string>(
  Object.entries({
    date: 'date such as 2026-01-31',
    'date-time': 'date and time such as 2026-01-31T12:00:00Z',
    email: 'email address',
    uri: 'URL',
    url: 'URL',
    uuid: 'UUID',
  }),
);

function textWords({ contentEncoding, format, maxLength, minLength, pattern }: Schema): string {
  const base = formats.get(format) ?? (typeof format === 'string' ? `text (${format})` : 'text');
  const encoding = typeof contentEncoding === 'string' ? `encoded as ${contentEncoding}` : undefined;
  const shape = typeof pattern === 'string' ? `matching ${pattern.slice(0, shownChars)}` : undefined;
  return listed(base, count(minLength, maxLength, 'character'), encoding, shape);
}

/** In draft 4, an exclusive bound is a flag beside the bound. */
function numberWords({ exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf }: Schema): string {
  const above = exclusiveMinimum === true ? minimum : exclusiveMinimum;
  const below = exclusiveMaximum === true ? maximum : exclusiveMaximum;
  const isNumber = (value: unknown) => typeof value === 'number';
  const least = isNumber(above) ? `above ${above}` : isNumber(minimum) ? `at least ${minimum}` : undefined;
  const most = isNumber(below) ? `below ${below}` : isNumber(maximum) ? `at most ${maximum}` : undefined;
  const isRange = isNumber(minimum) && isNumber(maximum) && !isNumber(above) && !isNumber(below);
  const multiple = isNumber(multipleOf) ? `a multiple of ${multipleOf}` : undefined;
  return isRange ? listed(`${minimum} to ${maximum}`, multiple) : listed(least, most, multiple);
}

function count(least: unknown, most: unknown, unit: string): string | undefined {
  const units = (number: unknown) => `${number} ${unit}${number === 1 ? '' : 's'}`;
  const isMin = typeof least === 'number' && least > 0;
  if (typeof most !== 'number') return isMin ? `at least ${units(least)}` : undefined;
  if (!isMin) return `at most ${units(most)}`;
  return least === most ? units(most) : `${least} to ${units(most)}`;
}

const plurals = new Map(
  Object.entries({
    object: 'objects',
    number: 'numbers',
    'whole number': 'whole numbers',
    text: 'texts',
    URL: 'URLs',
  }),
);

function listWords(root: Schema, schema: Schema, depth: number): string {
  const { items, maxItems, minItems, prefixItems, uniqueItems } = schema;
  const places = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined;
  const each = typeWords(root, items, depth + 1);
  const named =
    items === undefined || each === 'anything' ? 'list' : `list of ${plurals.get(each) ?? `values, each ${each}`}`;
  const base = places
    ? `list of ${places
        .map((item) => typeWords(root, item, depth + 1))
        .slice(0, choicesMax)
        .join(', then ')}`
    : named;
  return listed(base, count(minItems, maxItems, 'item'), uniqueItems === true ? 'all different' : undefined);
}

function objectWords(root: Schema, schema: Schema, depth: number): string {
  const { additionalProperties, maxProperties, minProperties, patternProperties, properties } = schema;
  const patterns = isRecord(patternProperties) ? Object.values(patternProperties) : [];
  const [value] = isRecord(additionalProperties) ? [additionalProperties] : patterns;
  const each = value === undefined ? undefined : typeWords(root, value, depth + 1);
  const others = properties === undefined ? 'with any names' : 'and any other names';
  const named = each === undefined ? undefined : `${others}, each ${each}`;
  const closed = additionalProperties === false && patterns.length === 0 ? 'no other fields' : undefined;
  return listed(
    named === undefined ? 'object' : `object ${named}`,
    closed,
    count(minProperties, maxProperties, 'field'),
  );
}
