// Reads a JSON object from an argument: inline, from a file (`@file`) or from standard input (`-`).
import { JsonText } from '../../core/json/text.ts';
import { withoutMark } from '../../core/json/utf8.ts';
import { Failure } from '../terminal/failure.ts';
import { readStandardInput, readTextFile } from '../terminal/text-input.ts';

/** Returns the object as its original text. */
export async function readJsonArgument(flag: string, argument: string): Promise<JsonText> {
  const text = new JsonText(
    argument === '-'
      ? withoutMark(await readStandardInput())
      : argument.startsWith('@')
        ? readTextFile(argument.slice(1), { flag })
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
