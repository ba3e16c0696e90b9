// Applies constraints such as `ge=1` to a type's JSON Schema, from Field(…), StringConstraints(…), conint(…) and annotated_types.
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { type Budget, toJson } from '../python/to-json.ts';
import type { Argument } from '../python/value.ts';

export type Constraints = ReadonlyMap<string, Json>;

const keywords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  number: { ge: 'minimum', gt: 'exclusiveMinimum', le: 'maximum', lt: 'exclusiveMaximum', multiple_of: 'multipleOf' },
  string: { min_length: 'minLength', max_length: 'maxLength', pattern: 'pattern' },
  array: { min_length: 'minItems', max_length: 'maxItems' },
  object: { min_length: 'minProperties', max_length: 'maxProperties' },
};

/** Older names, and the positional arguments of annotated_types. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['min_items', 'min_length'],
  ['max_items', 'max_length'],
  ['regex', 'pattern'],
]);
const positional: ReadonlyMap<string, readonly string[]> = new Map([
  ['Ge', ['ge']],
  ['Gt', ['gt']],
  ['Le', ['le']],
  ['Lt', ['lt']],
  ['MultipleOf', ['multiple_of']],
  ['MinLen', ['min_length']],
  ['MaxLen', ['max_length']],
  ['Len', ['min_length', 'max_length']],
  ['Interval', []],
  ['StringConstraints', []],
]);

const names: ReadonlySet<string> = new Set(Object.values(keywords).flatMap((byOption) => Object.keys(byOption)));

export function isConstraining(callee: string): boolean {
  return positional.has(callee);
}

/** Returns a call's constraints. Those that aren't literals are left out: what they allow isn't known. */
export function constraintsOf(callee: string, parts: readonly Argument[], budget: Budget): Map<string, Json> {
  const order = positional.get(callee) ?? [];
  const found = new Map<string, Json>();
  for (const [index, { name = order[index], value }] of parts.entries()) {
    if (name === undefined) continue;
    const option = otherNames.get(name) ?? name;
    if (!names.has(option)) continue;
    const read = toJson(value, budget);
    if ('json' in read && read.json !== null) found.set(option, read.json);
  }
  return found;
}

/**
 * Adds constraints to a type: in a union of one type and null, to that type, and in one of a number and a string, which is a Decimal, to
 * the number. In other unions, which type they limit isn't known.
 */
export function withConstraints(type: JsonObject, constraints: Constraints): JsonObject {
  if (constraints.size === 0) return type;
  if (Array.isArray(type.anyOf)) return { ...type, anyOf: constrainedChoices(type.anyOf, constraints) };
  const keywordByOption = keywords[type.type === 'integer' ? 'number' : String(type.type)] ?? {};
  const known = [...constraints].flatMap(([option, value]): [string, Json][] => {
    const keyword = keywordByOption[option];
    return keyword === undefined ? [] : [[keyword, value]];
  });
  return { ...type, ...Object.fromEntries(known) };
}

function constrainedChoices(choices: Json[], constraints: Constraints): Json[] {
  const [first, second, ...others] = choices.filter((choice) => !isJsonObject(choice) || choice.type !== 'null');
  const isDecimal = isJsonObject(second) && second.type === 'string' && others.length === 0;
  if (!isJsonObject(first) || !(second === undefined || (isDecimal && first.type === 'number'))) return choices;
  return choices.map((choice) => (choice === first ? withConstraints(first, constraints) : choice));
}
