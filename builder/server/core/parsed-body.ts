// Parses a request's body.
import type { z } from 'zod';
import { parseJson } from '../../../src/core/json/parse.ts';
import { Refusal } from './refusal.ts';

/** Throws a Refusal that calls the body `what`. */
export function parsedBody<Output>(body: Buffer, schema: z.ZodType<Output>, what: string): Output {
  const value = parseJson(body.toString('utf8'));
  if (value === undefined) throw new Refusal('invalid-request', 'The request body is not valid JSON.');
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(
    'invalid-request',
    `Invalid ${what}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}.`,
  );
}
