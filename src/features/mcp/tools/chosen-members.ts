// Merges objects among which a schema leaves the choice into one object, since most interfaces refuse a choice at the root.
import type { Json } from '../../../contract/json.ts';
import { isObject } from '../../../json-schema/keywords.ts';
import { type Joined, joined, type Place } from './joined-schema.ts';
import { shortened, shownTypes } from './schema-notes.ts';

const namesShown = 20;

/** Returns those of the schemas that allow objects. */
export function branchesOf(choices: readonly Json[], place: Place): Joined[] {
  return choices
    .filter((choice) => choice !== false)
    .map((choice) => joined(place, isObject(choice) ? choice : {}))
    .filter(({ words: { type } }) => type === undefined || [type].flat().includes('object'));
}

/** Returns the members of all branches. */
export function chosenMembers(branches: readonly Joined[]): Map<string, Json> {
  const found = new Map<string, { schemas: Json[]; open: number }>();
  for (const { isClosed, members } of branches)
    for (const [name, schema] of members) {
      const own = found.get(name) ?? { schemas: [], open: 0 };
      own.schemas.push(schema);
      found.set(name, { ...own, open: own.open + (isClosed ? 0 : 1) });
    }
  const open = branches.filter(({ isClosed }) => !isClosed).length;
  return new Map(
    [...found].map(([name, own]) => [name, own.open < open ? mentioned(own.schemas) : anyOf(own.schemas)]),
  );
}

function anyOf(schemas: Json[]): Json {
  const [first = true, ...others] = schemas;
  return others.length === 0 ? first : { anyOf: schemas };
}

/** A branch that doesn't name the member allows any value of it, so its type is only mentioned. */
function mentioned(schemas: readonly Json[]): Json {
  const [first] = schemas.filter(isObject);
  const types = shownTypes(schemas);
  const texts = [first?.description, types === '' ? '' : `Usually ${types}.`].filter((one) => typeof one === 'string');
  const description = texts.filter(Boolean).join(' ');
  return description === '' ? {} : { description };
}

/** Returns what every branch demands. */
export function commonlyRequired(branches: readonly Joined[]): string[] {
  const counts = new Map<string, number>();
  for (const { required } of branches) for (const name of required) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].filter(([, count]) => count === branches.length).map(([name]) => name);
}

/** Says what the choice demands beside the members that are required anyway. Empty if one of the branches demands no more. */
export function choiceText(branches: readonly Joined[], known: ReadonlySet<string>): string {
  const groups = branches.map(({ required }) => [...required].filter((name) => !known.has(name)).slice(0, namesShown));
  if (groups.length < 2 || groups.some(({ length }) => length === 0)) return '';
  return shortened(`Needs ${[...new Set(groups.map((names) => names.join(' and ')))].join(', or ')}.`);
}
