// Writes a schema in the words that the interfaces of all large models take (decision 170). What they don't share becomes a note in the
// description, so every value that the author's schema allows stays allowed.
import type { Json, JsonObject } from '../../../contract/json.ts';
import { isObject, type SchemaObject } from '../../../json-schema/keywords.ts';
import { branchesOf, choiceText, chosenMembers, commonlyRequired } from './chosen-members.ts';
import { type Joined, joined, type Place } from './joined-schema.ts';
import { notesOf } from './schema-notes.ts';

/** Levels of nesting to try until the schema is short enough. */
const depths = [10, 5, 3, 2, 1];
/** Schemas that are read at most. References can name one schema many times, so more than a short text should cost are left out. */
const readMax = 3000;
const readAlways = 200;

/** Returns undefined if no shorter form is short enough. */
export function commonSchema(schema: SchemaObject, charsMax: number): JsonObject | undefined {
  const left = Math.min(readMax, readAlways + JSON.stringify(schema).length / 2);
  for (const depth of depths) {
    const place = { root: schema, references: new Set<string>(), budget: { left } };
    const own = joined(place, schema);
    const made = annotated(objectForm(own, depth, true), own);
    if (place.budget.left > 0 && JSON.stringify(made).length <= charsMax) return made;
  }
  return undefined;
}

/** Keywords that refuse values of one type only. */
const ofType: Record<string, readonly string[]> = {
  object: ['additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  boolean: [],
  null: [],
};
/** Keywords that all interfaces take as they are. */
const plain = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'pattern']);

function node(schema: Json, place: Place, depth: number): JsonObject {
  place.budget.left -= 1;
  if (!isObject(schema) || place.budget.left < 0) return {};
  const own = joined(place, schema);
  const types = typesOf(own);
  if (types === undefined) return own.choices[0] ? union(own, own.choices[0], depth) : annotated({}, own);
  const branches = types.map((type) => typedNode(own, type, depth));
  return branches.length === 1 ? annotated(branches[0] ?? {}, own) : oneOfMany(branches, own);
}

/** Returns undefined if the schema itself says nothing of types. One that has keywords of a type allows all others, too. */
function typesOf({ choices, members, required, values, words }: Joined): string[] | undefined {
  const named = [words.type ?? []].flat().filter((type) => typeof type === 'string');
  if (named.length > 0) return named;
  if (values) return [...new Set(values.map(typeOf))];
  const has = (type: string) =>
    (type === 'object' && members.size + required.size > 0) ||
    ofType[type]?.some((keyword) => keyword in words) === true;
  const types = Object.keys(ofType);
  const meant = types.filter(has);
  return meant.length > 0 && choices.length === 0 ? [...new Set([...meant, ...types])] : undefined;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A choice has nothing beside it, because one interface refuses that. */
function union(own: Joined, choices: readonly Json[], depth: number): JsonObject {
  if (choices.includes(true)) return annotated({}, own);
  const possible = choices.filter((choice) => choice !== false);
  return oneOfMany(
    possible.map((choice) => node(choice, own.place, depth)),
    own,
  );
}

function oneOfMany(branches: readonly JsonObject[], own: Joined): JsonObject {
  const flat = branches.flatMap((one) => (Array.isArray(one.anyOf) ? one.anyOf.filter(isObject) : [one]));
  const [first = {}, ...others] = [...new Map(flat.map((one) => [JSON.stringify(one), one])).values()];
  if (flat.some((one) => !('type' in one))) return annotated({}, own);
  const described = annotated(first, own);
  return others.length === 0 ? described : { anyOf: [described, ...others] };
}

/** Adds the schema's words for models. */
function annotated(made: JsonObject, own: Joined): JsonObject {
  const { default: standard, description, title } = own.words;
  const texts = [description, made.description, ...notesOf(own)].filter((one) => typeof one === 'string');
  return {
    ...made,
    ...(typeof title === 'string' ? { title } : {}),
    ...(texts.length > 0 ? { description: [...new Set(texts)].filter(Boolean).join('\n') } : {}),
    ...(standard === undefined || standard === null ? {} : { default: standard }),
  };
}

function typedNode(own: Joined, type: string, depth: number): JsonObject {
  if (type === 'object') return objectForm(own, depth);
  const { values, words } = own;
  const kept = Object.entries(words).filter(([keyword]) => plain.has(keyword) && ofType[type]?.includes(keyword));
  const made: JsonObject = { type, ...Object.fromEntries(kept) };
  if (type === 'number' || type === 'integer') return { ...made, ...boundsOf(words, type) };
  if (type === 'array') return { ...made, ...itemsOf(own, depth) };
  const texts = values?.filter((value) => typeof value === 'string') ?? [];
  return type === 'string' && values && texts.every((text) => text !== '')
    ? { ...made, enum: [...new Set(texts)] }
    : made;
}

/** Few interfaces take bounds that are excluded. Whole numbers have another bound beside them. */
function boundsOf({ exclusiveMaximum, exclusiveMinimum, maximum, minimum }: SchemaObject, type: string): JsonObject {
  const beside = (bound: Json | undefined, step: 1 | -1) => {
    if (typeof bound !== 'number') return [];
    return [type === 'integer' ? (step > 0 ? Math.floor(bound) + 1 : Math.ceil(bound) - 1) : bound];
  };
  const low = [minimum, ...beside(exclusiveMinimum, 1)].filter((one) => typeof one === 'number');
  const high = [maximum, ...beside(exclusiveMaximum, -1)].filter((one) => typeof one === 'number');
  return {
    ...(low.length > 0 ? { minimum: Math.max(...low) } : {}),
    ...(high.length > 0 ? { maximum: Math.min(...high) } : {}),
  };
}

/** A tuple becomes a list of the values that it may have at any place. */
function itemsOf({ place, words }: Joined, depth: number): JsonObject {
  const { items, prefixItems } = words;
  const first = Array.isArray(prefixItems) ? prefixItems : [];
  const isClosed = items === false;
  if (depth <= 1 || (first.length === 0 && !isObject(items))) return { items: {} };
  const all = [...first, ...(isClosed ? [] : [items ?? true])];
  const made = all.length === 1 ? node(all[0] ?? {}, place, depth - 1) : node({ anyOf: all }, place, depth - 1);
  return { items: made, ...(isClosed && !('maxItems' in words) ? { maxItems: first.length } : {}) };
}

/** Writes an object. Beside its own members, it has those of the objects among which it leaves the choice. */
function objectForm(own: Joined, depth: number, isRoot = false): JsonObject {
  const { choices, isClosed, place, words } = own;
  const chosen = choices.map((list) => branchesOf(list, place));
  const members = new Map([...chosen.flatMap((list) => [...chosenMembers(list)]), ...own.members]);
  const isShown = depth > 1 || isRoot;
  const shown = isShown ? [...members].filter(([, member]) => member !== false) : [];
  const properties = Object.fromEntries(shown.map(([name, one]) => [name, node(one, place, depth - 1)]));
  const needed = new Set([...own.required, ...chosen.flatMap(commonlyRequired)]);
  const required = [...needed].filter((name) => Object.hasOwn(properties, name));
  const closes = isClosed || chosen.some((list) => list.length > 0 && list.every((one) => one.isClosed));
  const others = isObject(words.additionalProperties) && depth > 1 ? words.additionalProperties : {};
  const other = closes || Object.keys(others).length === 0 ? {} : node(others, place, depth - 1);
  const description = chosen
    .map((list) => choiceText(list, needed))
    .filter(Boolean)
    .join(' ');
  return {
    type: 'object',
    ...(description === '' ? {} : { description }),
    ...(isRoot || shown.length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(closes && isShown ? { additionalProperties: false } : {}),
    ...(Object.keys(other).length > 0 ? { additionalProperties: other } : {}),
  };
}
