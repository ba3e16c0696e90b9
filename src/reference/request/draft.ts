// A request as shown in snippets and commands: the entered values, plus the document's examples for missing required ones.
import {
  compactJson,
  decodeString,
  isJsonArray,
  isJsonString,
  type JsonTree,
  readMembers,
  tryReadJsonTree,
} from '../../core/json/tree.ts';
import { listParameters, type Parameter, resolved, type ShownOperation } from '../document.ts';
import { makeExample } from '../operation/example.ts';

export interface Entered {
  name: string;
  /** Location of a parameter, `body` for JSON, or `form`. */
  place: string;
  text: string;
  file: File | undefined;
}

export interface Draft {
  method: string;
  /** The request URL, including the query. */
  url: string;
  headers: [name: string, value: string][];
  needsKey: boolean;
  /** Text of the JSON body; null if there is none. */
  json: string | null;
  form: { name: string; value: string; isFile: boolean }[];
  /** The `slipway` command, with values quoted for a shell; null if there is none. */
  command: string | null;
  /** True if a successful response is JSON. */
  isJsonAnswer: boolean;
}

export function draftRequest(shown: ShownOperation, entered: Entered[]): Draft {
  const { operation, method } = shown;
  const values = listParameters(shown).flatMap((parameter) => valuesOf(parameter, entered));
  const inPlace = (place: string) =>
    values.filter((one) => one.place === place).map(({ name, text }): [string, string] => [name, text]);
  const path = inPlace('path').reduce(
    (url, [name, text]) => url.replace(`{${name}}`, () => encodeURIComponent(text)),
    shown.path,
  );
  const query = new URLSearchParams(inPlace('query'));
  const json = jsonOf(shown, entered);
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  return {
    method: method.toUpperCase(),
    url: `${path}${query.size > 0 ? `?${query}` : ''}`,
    headers: inPlace('header'),
    needsKey: (operation.security ?? []).length > 0,
    json,
    form: formOf(shown, entered),
    command: commandOf(
      operation['x-slipway-command'],
      new Map([...fieldsOf(json ?? exampleJson(shown)), ...namedValues(values)]),
    ),
    isJsonAnswer: answers.some(([, { content = {} }]) => 'application/json' in content),
  };
}

interface Value {
  name: string;
  place: string;
  text: string;
}

function valuesOf({ name = '', in: place = '', required, example }: Parameter, entered: Entered[]): Value[] {
  const given = entered.find((one) => one.name === name && one.place === place && one.text !== '');
  if (given) return [{ name, place, text: given.text }];
  return required === true ? [{ name, place, text: String(example ?? name) }] : [];
}

function namedValues(values: Value[]): [string, string][] {
  return values.map(({ name, text }) => [name, text]);
}

function jsonOf(shown: ShownOperation, entered: Entered[]): string | null {
  const { requestBody } = shown.operation;
  if (requestBody?.content['application/json'] === undefined) return null;
  const text = entered.find(({ place }) => place === 'body')?.text ?? '';
  if (text.trim() !== '') return text;
  return requestBody.required === true ? exampleJson(shown) : null;
}

export function exampleJson({ operation, components }: ShownOperation): string {
  const { schema = {} } = operation.requestBody?.content['application/json'] ?? {};
  return JSON.stringify(makeExample(schema, components.schemas), null, 2) ?? '';
}

function formOf({ operation, components }: ShownOperation, entered: Entered[]): Draft['form'] {
  const schema = operation.requestBody?.content['multipart/form-data']?.schema;
  if (!schema) return [];
  const { properties = {}, required = [] } = resolved(schema, components.schemas);
  return Object.entries(properties).flatMap(([name, field]) => {
    const given = entered.find((one) => one.place === 'form' && one.name === name);
    const plain = resolved(field, components.schemas);
    const isFile = isBinary(plain);
    const text = given?.file?.name ?? (isFile ? '' : (given?.text ?? ''));
    if (text === '' && !required.includes(name)) return [];
    const fallback = isFile ? 'plugin.zip' : String(makeExample(plain, components.schemas) ?? name);
    return [{ name, value: text === '' ? fallback : text, isFile }];
  });
}

export function isBinary({ format, contentEncoding }: { format?: string; contentEncoding?: string }): boolean {
  return format === 'binary' || contentEncoding === 'binary';
}

/** Returns a JSON object's fields as text. Joins lists of strings with commas, which is how options take them. */
function fieldsOf(json: string): [string, string][] {
  return [...readMembers(tryReadJsonTree(json) ?? 'null')].map(([name, value]) => [name, asOption(value)]);
}

function asOption(value: JsonTree): string {
  if (isJsonString(value)) return decodeString(value);
  if (isJsonArray(value) && value.every(isJsonString)) return value.map(decodeString).join(',');
  return compactJson(value);
}

/** Returns the command. Shows an unknown value as its name in capitals. */
function commandOf(template: string | undefined, values: Map<string, string>): string | null {
  if (template === undefined) return null;
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name);
    return value === undefined ? name.toUpperCase() : shellQuoted(value);
  });
}

/** Quotes text for a shell. Single quotes disable all special characters. */
export function shellQuoted(text: string): string {
  return /^[\w./:@=+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
