// Reads a JSON object from an argument: inline, from a file (`@file`) or from standard input (`-`).
import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { JsonText } from '../../core/json/text.ts';
import { Failure } from '../failures/failure.ts';

/** Returns the object as its original text. */
export async function readJsonArgument(flag: string, argument: string): Promise<JsonText> {
  const text = new JsonText(
    argument === '-'
      ? await readAll(process.stdin)
      : argument.startsWith('@')
        ? readArgumentFile(flag, argument.slice(1))
        : argument,
  );
  if (!isObject(parse(flag, text)))
    throw new Failure('usage', `${flag} is not a JSON object`, { hint: 'Pass an object such as {"text": "…"}.' });
  return text;
}

function parse(flag: string, text: JsonText): unknown {
  try {
    return text.parsed();
  } catch (error) {
    throw new Failure('usage', `${flag} is not JSON: ${error instanceof Error ? error.message : error}`, {
      hint: `Use ${flag} '{"text": "…"}', ${flag} @file.json, or ${flag} - to read standard input.`,
    });
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readArgumentFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('failed', `${flag}: cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
