// Reads a later call's duration and the content of its answer.
import { z } from 'zod/mini';
import type { components } from '../../../client/api.gen.d.ts';
import { JsonText } from '../../../core/json/text.ts';

type LaterCall = components['schemas']['LaterCall'];

/** Returns the time in the instance, so far or in total. Null if the call has not started. */
export function callTookMs({ ended_at, started_at }: LaterCall, now: number): number | null {
  if (started_at === null) return null;
  return (ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at);
}

const answer = z.object({ result: z.optional(z.nullable(z.instanceof(JsonText))), error: z.optional(z.unknown()) });
const pluginError = z.object({ type: z.optional(z.string()), code: z.optional(z.string()), message: z.string() });

/** Returns an answer's result, or why there is none. An extractor's error has a type, a Go plugin's a code. */
export function readStoredResult(stored: unknown): { result: JsonText | null } | { error: string } | null {
  const { data } = answer.safeParse(stored);
  if (data === undefined) return null;
  const { error, result } = data;
  if (error === undefined) return { result: result ?? null };
  const known = pluginError.safeParse(error).data;
  return { error: known ? `${known.type ?? known.code ?? 'error'}: ${known.message}` : JSON.stringify(error) };
}
