// Defines a plugin's own examples, tests/examples/*.json: calls with the results they must return before the plugin may serve
// (design §6).
import { z } from 'zod';
import { type CutJson, cutJson } from '../../core/json/scan.ts';
import { emptyObject, writeJson } from '../../core/json/text.ts';
import type { CallAnswer } from '../builder/answers.ts';
import { callSchema } from '../builder/instances.ts';
import { type Json, type JsonObject, jsonObject, parsedText } from '../json.ts';

export const examplePath = /^tests\/examples\/[^/]+\.json$/;
/** Other keys are reported, not refused: a version that was published with some can be deployed again. */
const exampleSchema = callSchema.partial().extend({ result: jsonObject.optional() });

export interface Example {
  /** The request body of the call. */
  call: string;
  inputs: JsonObject;
  expected: Record<string, Json>;
}

/** Parses an example file. Returns a description of the problem if it is not valid. */
export async function parseExample(text: string): Promise<Example | string> {
  const parsed = exampleSchema.safeParse(jsonOf(text));
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

/** Describes the keys of an example file that mean nothing, such as `expected` for `result`; undefined if there are none. */
export function unknownKeys(text: string): string | undefined {
  const file = z.record(z.string(), z.unknown()).safeParse(jsonOf(text));
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
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return 'the handler must return a dict';
  for (const [key, value] of Object.entries(expected)) {
    const actual = result[key];
    if (actual === undefined || canonical(actual) !== canonical(value)) {
      const received = actual === undefined ? 'no such key' : JSON.stringify(actual).slice(0, 200);
      return `expected ${key} to be ${JSON.stringify(value)}, got ${received}`;
    }
  }
  return undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
