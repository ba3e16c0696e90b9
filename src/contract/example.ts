// A plugin's own examples, tests/examples/*.json: calls that it must answer so before it may serve (design §6).
import { z } from 'zod';
import { type CallAnswer, callSchema } from './builder.ts';
import { type Json, jsonObject } from './json.ts';

export const examplePath = /^tests\/examples\/[^/]+\.json$/;
export const examplesMax = 50;

const exampleSchema = callSchema.partial().extend({ result: jsonObject.optional() });

export interface Example {
  /** The body of the call. */
  call: string;
  expected: Record<string, Json>;
}

/** Or what is wrong with the file. */
export function parseExample(text: string): Example | string {
  const parsed = exampleSchema.safeParse(jsonOf(text));
  if (!parsed.success) return `not an example: ${z.prettifyError(parsed.error)}`;
  const { inputs = {}, parameters = {}, result = {} } = parsed.data;
  return { call: JSON.stringify({ inputs, parameters }), expected: result };
}

/** What is wrong with an answer; it may have more than is expected. */
export function mismatch(answer: CallAnswer, { expected }: Example): string | undefined {
  if (answer.status === 'error') return `the handler raised ${answer.error.type}: ${answer.error.message}`;
  const { result } = answer;
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return 'the answer must be a dict';
  for (const [key, value] of Object.entries(expected)) {
    const got = result[key];
    if (got === undefined || canonical(got) !== canonical(value)) {
      const has = got === undefined ? 'none' : JSON.stringify(got).slice(0, 200);
      return `expected ${key} to be ${JSON.stringify(value)}, the answer has ${has}`;
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
