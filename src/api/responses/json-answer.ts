// Writes JSON responses that contain a user's own JSON, unchanged.
import type { Context } from 'hono';
import { z } from 'zod';
import { jsonValue } from '../../contract/json.ts';
import { JsonText, writeJson } from '../../core/json/text.ts';
import { versionHeaderName } from '../requests/chosen-version.ts';
import { noStore } from './conditional.ts';

const anyValue = jsonValue.meta() ?? {};
/** Any JSON, as text, in a response model. */
export const anyText = z.instanceof(JsonText).meta(anyValue);
/** A JSON object, as text, in a response model. */
export const objectText = z.instanceof(JsonText).meta({ type: 'object', additionalProperties: anyValue });
export const objectTextOrNull = z
  .instanceof(JsonText)
  .nullable()
  .meta({ type: ['object', 'null'], additionalProperties: anyValue });

interface AnswerWithTexts {
  description: string;
  content?: Record<string, { schema: z.ZodType }>;
}

/** Declares a response that `jsonAnswer` writes. */
export function jsonWithTexts(description: string, schema: z.ZodType): AnswerWithTexts {
  return { description, content: { 'application/json': { schema } } };
}

/** Writes a plugin's answer, with all the headers that the call's own layers would add one by one. */
export function callAnswer(value: object, version: string): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': noStore, [versionHeaderName]: version };
  return new Response(writeJson(value), { headers });
}

export function jsonAnswer(c: Context, value: object): Response {
  return c.body(writeJson(value), 200, { 'content-type': 'application/json' });
}
