// JSON that a user gives: as it is, in a file, or on standard input.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type JsonObject, jsonObject } from '../contract/json.ts';
import { Failure } from './failure.ts';

export async function jsonArgument(flag: string, said: string): Promise<JsonObject> {
  const given = said === '-' ? await text(process.stdin) : said.startsWith('@') ? contentOf(flag, said.slice(1)) : said;
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch (error) {
    throw new Failure('usage', `${flag} is not JSON: ${error instanceof Error ? error.message : error}`, {
      hint: `Write ${flag} '{"text": "…"}', ${flag} @file.json, or ${flag} - for standard input.`,
    });
  }
  const object = jsonObject.safeParse(value);
  if (!object.success) throw new Failure('usage', `${flag} is not a JSON object`, { hint: 'Begin it with {.' });
  return object.data;
}

function contentOf(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('failed', `${flag}: cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
