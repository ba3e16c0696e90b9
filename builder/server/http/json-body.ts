// Reads a request's body as JSON and validates it.
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { parsedBody } from '../core/parsed-body.ts';
import { readBody } from './body.ts';

/** Specs mostly contain names and digests. The longest part is a Python plugin's dependency list. */
const defaultBytesMax = 1024 * 1024;

/** Rejects with a Refusal that calls the body `what`. */
export async function jsonBody<Output>(
  incoming: IncomingMessage,
  schema: z.ZodType<Output>,
  what: string,
  bytesMax = defaultBytesMax,
): Promise<Output> {
  return parsedBody(await readBody(incoming, bytesMax), schema, what);
}

const newline = 0x0a;

/** Reads a body whose first line is JSON, and returns that line's value and the bytes after it. Rejects like `jsonBody`. */
export async function jsonLineBody<Output>(
  incoming: IncomingMessage,
  schema: z.ZodType<Output>,
  what: string,
  bytesMax: number,
): Promise<{ line: Output; rest: Buffer }> {
  const body = await readBody(incoming, bytesMax);
  const end = Math.max(0, body.indexOf(newline));
  return { line: parsedBody(body.subarray(0, end), schema, what), rest: body.subarray(end + 1) };
}
