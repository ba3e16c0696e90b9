// A request's body as a checked value.
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { Refusal } from '../refusal.ts';
import { readBody } from './body.ts';

/** Specs are names and digests; a Python plugin's dependencies are the longest part of any. */
const bytesMax = 1024 * 1024;

/** Rejects with a Refusal. */
export async function jsonBody<Output>(
  incoming: IncomingMessage,
  schema: z.ZodType<Output>,
  what: string,
): Promise<Output> {
  const parsed = schema.safeParse(parseJson(await readBody(incoming, bytesMax)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal('invalid-request', `not ${what}: ${issue?.path.join('.')} ${issue?.message}`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('invalid-request', 'the body is not JSON');
  }
}
