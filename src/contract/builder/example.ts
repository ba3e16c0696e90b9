// Defines a plugin's own examples, tests/examples/*.json: calls with their expected results, checked before the plugin may go live
// (design §6).
import { z } from 'zod';
import { parseJson } from '../../core/json/parse.ts';
import { type CutJson, cutJson } from '../../core/json/scan.ts';
import { emptyObject, writeJson } from '../../core/json/text.ts';
import { readUtf8, withoutMark } from '../../core/json/utf8.ts';
import type { CallAnswer } from '../builder/answers.ts';
import { isJsonObject, type Json, type JsonObject, jsonObject, jsonValue, parsedText } from '../json.ts';

export const examplePath = /^tests\/examples\/[^/]+\.json$/;
/** Unknown keys are reported, not rejected, so versions published with some can be deployed again. */
const exampleSchema = z.object({
  inputs: jsonObject.optional(),
  parameters: jsonObject.optional(),
  result: z.union([jsonObject, z.array(jsonValue)]).optional(),
});

export interface Example {
  /** The call's request body. */
  call: string;
  inputs: JsonObject;
  /** Keys that the result must have, or every value that the handler yields. An array lists these values. */
  expected: JsonObject | Json[];
}

/** Parses an example file. Returns a description of the problem if it is not valid. */
export async function parseExample(bytes: Uint8Array): Promise<Example | string> {
  const read = readUtf8(bytes);
  if ('problem' in read) return `the file ${read.problem}. ${read.hint}`;
  const text = withoutMark(read.text);
  const parsed = exampleSchema.safeParse(parseJson(text));
  if (!parsed.success) return `not a valid example: ${z.prettifyError(parsed.error)}`;
  const { inputs = {}, result = {} } = parsed.data;
  return { call: callOf(await cutJson(text, ['inputs', 'parameters'])), inputs, expected: result };
}

function callOf(example: CutJson): string {
  return writeJson({
    inputs: example.one('inputs') ?? emptyObject,
    parameters: example.one('parameters') ?? emptyObject,
  });
}

/** Describes unknown keys in an example file, such as `expected` instead of `result`; undefined if there are none. */
export function unknownKeys(text: string): string | undefined {
  const file = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  const known = Object.keys(exampleSchema.shape);
  const unknown = Object.keys(file.data ?? {}).filter((key) => !known.includes(key));
  if (unknown.length === 0) return undefined;
  const keys = unknown.map((key) => JSON.stringify(key)).join(', ');
  return `${unknown.length === 1 ? 'the key' : 'the keys'} ${keys} ${unknown.length === 1 ? 'is' : 'are'} ignored; an example has ${known.join(', ')}`;
}

/** Describes how a response differs from the expected result; undefined if it matches. Additional keys are allowed. */
export function difference(answer: CallAnswer, { expected }: Example): string | undefined {
  if (answer.status === 'error') return `the handler raised ${answer.error.type}: ${answer.error.message}`;
  const result = parsedText(answer.result);
  if (Array.isArray(result)) return differenceOfValues(result, expected);
  if (typeof result !== 'object' || result === null) return 'the handler must return a dict';
  if (Array.isArray(expected)) return 'expected a list of values, but the handler yields none';
  return differenceOfKeys(result, expected);
}

/** Compares the values that the handler yielded. */
function differenceOfValues(values: Json[], expected: Example['expected']): string | undefined {
  const isListed = Array.isArray(expected);
  if (isListed && values.length !== expected.length) return `expected ${expected.length} values, got ${values.length}`;
  for (const [at, value] of values.entries()) {
    const wanted = isListed ? expected[at] : expected;
    const different =
      isJsonObject(value) && isJsonObject(wanted) ? differenceOfKeys(value, wanted) : otherThan(value, wanted);
    if (different !== undefined) return `value ${at + 1}: ${different}`;
  }
  return undefined;
}

function differenceOfKeys(result: JsonObject, expected: JsonObject): string | undefined {
  for (const [key, value] of Object.entries(expected)) {
    const actual = result[key];
    if (actual === undefined || canonical(actual) !== canonical(value))
      return `expected ${key} to be ${JSON.stringify(value)}, got ${actual === undefined ? 'no such key' : shown(actual)}`;
  }
  return undefined;
}

/** An empty object expects nothing. */
function otherThan(value: Json, wanted: Json | undefined): string | undefined {
  if (wanted === undefined || (isJsonObject(wanted) && Object.keys(wanted).length === 0)) return undefined;
  return canonical(value) === canonical(wanted) ? undefined : `expected ${shown(wanted)}, got ${shown(value)}`;
}

function shown(value: Json): string {
  return JSON.stringify(value).slice(0, 200);
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
