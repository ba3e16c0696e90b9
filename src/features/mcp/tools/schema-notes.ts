// Says in words for models what a schema demands in words that not all of their interfaces take.
import type { Json } from '../../../contract/json.ts';
import { isObject } from '../../../json-schema/keywords.ts';
import type { Joined } from './joined-schema.ts';

const noteChars = 300;
const valuesShown = 50;

type Note = [keyword: string, text: (value: Json) => string];

const notes: Note[] = [
  ['format', (value) => `Format: ${shown(value)}.`],
  ['contentEncoding', (value) => `Encoding: ${shown(value)}.`],
  ['contentMediaType', (value) => `Media type: ${shown(value)}.`],
  ['exclusiveMinimum', (value) => `Above ${shown(value)}.`],
  ['exclusiveMaximum', (value) => `Below ${shown(value)}.`],
  ['multipleOf', (value) => `A multiple of ${shown(value)}.`],
  ['uniqueItems', (value) => (value === true ? 'Without duplicates.' : '')],
  ['prefixItems', (value) => (Array.isArray(value) ? orderText(value) : '')],
  ['examples', (value) => (Array.isArray(value) && value.length > 0 ? `For example ${listed(value)}.` : '')],
];

export function notesOf({ values, words }: Joined): string[] {
  const isShown = values?.every((value) => value === null || (typeof value === 'string' && value !== ''));
  const choice = values && !isShown ? [`${values.length === 1 ? 'Always' : 'One of'} ${listed(values)}.`] : [];
  const found = notes.flatMap(([keyword, text]) => {
    const value = words[keyword];
    return value === undefined ? [] : [text(value)];
  });
  return [...choice, ...found].filter(Boolean).map(shortened);
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listed(values: readonly Json[]): string {
  return values
    .slice(0, valuesShown)
    .map((value) => JSON.stringify(value))
    .join(', ');
}

function orderText(items: readonly Json[]): string {
  const types = items.slice(0, valuesShown).map((item) => shownTypes([item]) || 'any value');
  return types.length === 0 ? '' : `In this order: ${types.join(', ')}.`;
}

/** Names the schemas' types. Empty if they have none. */
export function shownTypes(schemas: readonly Json[]): string {
  const named = schemas.flatMap((one) => (isObject(one) ? [one.type].flat() : []));
  return [...new Set(named.filter((type) => typeof type === 'string'))].join(' or ');
}

export function shortened(text: string): string {
  return text.length > noteChars ? `${text.slice(0, noteChars)}…`.toWellFormed() : text;
}
