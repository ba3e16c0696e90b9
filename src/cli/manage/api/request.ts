// Builds the request of `slipway api` from its fields: path and query parameters by name, and body members.
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Method } from '../../../client/operations.ts';
import { withoutMark } from '../../../core/json/utf8.ts';
import { Failure } from '../../terminal/failure.ts';
import { decodeText } from '../../terminal/text-input.ts';
import type { Operation, Parameter } from './operations.ts';

export interface Field {
  name: string;
  /** JSON text. */
  json: string;
}

/** A request in the shape that `SlipwayClient.request` takes. */
export interface ApiRequest {
  method: Method;
  path: string;
  pathValues: Record<string, string>;
  query: Record<string, string[]>;
  body: string | undefined;
}

/** Parses `name=value` with a text value. */
export function textField(given: string): Field {
  const [name, value] = splitField(given);
  return { name, json: JSON.stringify(value) };
}

/** Parses `name=value`, where the value is JSON, `@FILE` with JSON, or else text. Keeps numbers as written. */
export async function typedField(given: string): Promise<Field> {
  const [name, value] = splitField(given);
  const text = value.startsWith('@') ? await readFieldFile(value.slice(1)) : value;
  return { name, json: isJson(text) ? text : JSON.stringify(text) };
}

async function readFieldFile(path: string): Promise<string> {
  return withoutMark(decodeText(await readInput(path), path === '-' ? 'standard input' : path)).trim();
}

function splitField(given: string): [name: string, value: string] {
  const at = given.indexOf('=');
  if (at < 1) throw new Failure('usage', `a field must be NAME=VALUE, not ${given}`);
  return [given.slice(0, at), given.slice(at + 1)];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Reads a file, or standard input for `-`. */
export async function readInput(path: string): Promise<Uint8Array<ArrayBuffer>> {
  if (path === '-') return new Uint8Array(await buffer(process.stdin));
  const bytes = await readFile(path).catch((error: Error) => {
    throw new Failure('usage', `cannot read ${path}: ${error.message}`);
  });
  return new Uint8Array(bytes);
}

/** Puts each field where the operation expects it. */
export function operationRequest(operation: Operation, fields: readonly Field[]): ApiRequest {
  const { body, id, method, parameters, path } = operation;
  const request: ApiRequest = { method, path, pathValues: {}, query: {}, body: undefined };
  const members: Field[] = [];
  for (const field of fields) {
    const place = parameters.find(({ name }) => name === field.name)?.in;
    if (place === 'path') request.pathValues[field.name] = plainText(field);
    else if (place === 'query') request.query[field.name] = [...(request.query[field.name] ?? []), plainText(field)];
    else if (body !== undefined) members.push(field);
    else throw new Failure('usage', `${id} has no ${field.name}`, { hint: `It takes ${listNames(parameters)}.` });
  }
  if (members.length > 0) request.body = jsonObject(members);
  return request;
}

/** Returns the path parameters that still need a value. */
export function missingParameters({ parameters }: Operation, { pathValues, query }: ApiRequest): string[] {
  const given = new Set([...Object.keys(pathValues), ...Object.keys(query)]);
  return parameters
    .filter((each) => each.in !== 'header' && each.required && !given.has(each.name))
    .map(({ name }) => name);
}

/** Builds a request from a path. Fields become the query of a GET or DELETE, and otherwise the body. */
export function pathRequest(method: Method, path: string, fields: readonly Field[]): ApiRequest {
  if (!path.startsWith('/') || path.startsWith('//') || path.includes('\\'))
    throw new Failure('usage', `the path must begin with one /, as in /v1/quotas, not ${path}`);
  const request: ApiRequest = { method, path, pathValues: {}, query: {}, body: undefined };
  if (method !== 'get' && method !== 'delete')
    return { ...request, ...(fields.length > 0 ? { body: jsonObject(fields) } : {}) };
  for (const field of fields) request.query[field.name] = [...(request.query[field.name] ?? []), plainText(field)];
  return request;
}

function plainText({ json }: Field): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}

function jsonObject(fields: readonly Field[]): string {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Failure('usage', `the field ${twice} is given twice`);
  return `{${fields.map(({ name, json }) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function listNames(parameters: readonly Parameter[]): string {
  const names = parameters.filter((each) => each.in !== 'header').map(({ name }) => name);
  return names.length === 0 ? 'no fields' : names.join(', ');
}
