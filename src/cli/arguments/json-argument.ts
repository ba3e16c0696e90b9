// Reads a JSON object from an argument: inline, from a file (`@file`) or from standard input (`-`).
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type JsonObject, jsonObject } from '../../contract/json.ts';
import { Failure } from '../failures/failure.ts';

export async function readJsonArgument(flag: string, argument: string): Promise<JsonObject> {
  const json =
    argument === '-'
      ? await text(process.stdin)
      : argument.startsWith('@')
        ? readArgumentFile(flag, argument.slice(1))
        : argument;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Failure('usage', `${flag} is not JSON: ${error instanceof Error ? error.message : error}`, {
      hint: `Use ${flag} '{"text": "…"}', ${flag} @file.json, or ${flag} - to read standard input.`,
    });
  }
  const object = jsonObject.safeParse(value);
  if (!object.success)
    throw new Failure('usage', `${flag} is not a JSON object`, { hint: 'Pass an object such as {"text": "…"}.' });
  return object.data;
}

function readArgumentFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('failed', `${flag}: cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
