// Reads and changes a call's inputs, the text of a JSON object.
import {
  decodeString,
  indentedJson,
  isJsonArray,
  type JsonMembers,
  type JsonTree,
  readMembers,
  tryReadJsonTree,
} from '../../../core/json/tree.ts';

/** Both as JSON text, so a form and a text field edit the same value. */
export interface CallInput {
  inputs: string;
  parameters: string;
}

/** Returns undefined if the text is not a JSON object. */
export function readObject(text: string): JsonMembers | undefined {
  const tree = tryReadJsonTree(text);
  return isObject(tree) ? tree : undefined;
}

function isObject(tree: JsonTree | undefined): tree is JsonMembers {
  return tree !== undefined && typeof tree !== 'string' && !isJsonArray(tree);
}

/** Returns the object with a member replaced in place, or removed if there is no value. */
export function withMember({ members }: JsonMembers, name: string, value: JsonTree | undefined): string {
  const places = members.flatMap(([keyText], at) => (decodeString(keyText) === name ? [at] : []));
  const [first = members.length] = places;
  const set = value === undefined ? [] : [[members[first]?.[0] ?? JSON.stringify(name), value] as const];
  const others = members.slice(first).filter((_, at) => !places.includes(first + at));
  return indentedJson({ members: [...members.slice(0, first), ...set, ...others] });
}

/** Returns a typed number as JSON, which allows no `007` or `.5`. Undefined if it isn't a number yet. */
export function numberText(typed: string): string | undefined {
  const text = typed.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-?(?=\.)/, (sign) => `${sign}0`);
  return tryReadJsonTree(text) === undefined ? undefined : text;
}

/** A call of the plugin's own tests, with the keys that its answer must have. */
export interface ExampleCall extends CallInput {
  result: string | undefined;
}

/** Returns the call of an example file, or undefined if it is not one. */
export function readExampleCall(file: string): ExampleCall | undefined {
  const members = readMembers(tryReadJsonTree(file) ?? 'null');
  const [inputs, parameters = { members: [] }] = [members.get('inputs'), members.get('parameters')];
  if (!isObject(inputs) || !isObject(parameters)) return undefined;
  const result = members.get('result');
  return {
    inputs: indentedJson(inputs),
    parameters: indentedJson(parameters),
    result: result && indentedJson(result),
  };
}
