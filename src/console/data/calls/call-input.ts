// Reads and changes the inputs of a call, which are the text of a JSON object.
import {
  indentedJson,
  isJsonArray,
  type JsonMembers,
  type JsonTree,
  membersByKey,
  stringIn,
  treeIn,
} from '../../../core/json-tree.ts';

/** Both as JSON text, so that a form and a text field edit the same. */
export interface CallInput {
  inputs: string;
  parameters: string;
}

/** Returns the object that the text has, or undefined if it has none. */
export function objectIn(text: string): JsonMembers | undefined {
  const tree = treeIn(text);
  return isObject(tree) ? tree : undefined;
}

function isObject(tree: JsonTree | undefined): tree is JsonMembers {
  return tree !== undefined && typeof tree !== 'string' && !isJsonArray(tree);
}

/** Sets a member in its place, or removes it if there is no value, and writes the object. */
export function withMember({ members }: JsonMembers, name: string, value: JsonTree | undefined): string {
  const places = members.flatMap(([keyText], at) => (stringIn(keyText) === name ? [at] : []));
  const [first = members.length] = places;
  const set = value === undefined ? [] : [[members[first]?.[0] ?? JSON.stringify(name), value] as const];
  const others = members.slice(first).filter((_, at) => !places.includes(first + at));
  return indentedJson({ members: [...members.slice(0, first), ...set, ...others] });
}

/** Returns the JSON of a number as it was typed, also if JSON writes it in another way, such as `007` or `.5`. */
export function numberText(typed: string): string | undefined {
  const text = typed.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-?(?=\.)/, (sign) => `${sign}0`);
  return treeIn(text) === undefined ? undefined : text;
}

/** Returns the inputs and the parameters of an example file. Undefined if it is no example. */
export function exampleInput(file: string): CallInput | undefined {
  const members = membersByKey(treeIn(file) ?? 'null');
  const [inputs, parameters = { members: [] }] = [members.get('inputs'), members.get('parameters')];
  if (!isObject(inputs) || !isObject(parameters)) return undefined;
  return { inputs: indentedJson(inputs), parameters: indentedJson(parameters) };
}
