// Types JSON values as `JSON.parse` returns them. Only checks that a value is present. (zod's own z.json() describes itself
// recursively, which OpenAPI generators can't follow, and walks the whole value on every parse.)
import { z } from 'zod';
import type { JsonText } from '../core/json/text.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** All JSON types. A schema that lists them all allows any value. */
export const jsonTypes = ['object', 'array', 'string', 'number', 'boolean', 'null'] as const;

export const jsonValue = z
  .custom<Json>((value) => value !== undefined)
  .meta({ type: [...jsonTypes], description: 'Any JSON value' });

/** Returns the parsed value of a text, for inspection only. The original text is forwarded. */
export function parsedText(text: JsonText): Json {
  return jsonValue.parse(text.parsed());
}

export const jsonObject = z.record(z.string(), jsonValue);
export type JsonObject = z.infer<typeof jsonObject>;

export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
