// Types JSON values as `JSON.parse` returns them. The only check is that a value is present. (zod's own z.json() describes itself
// recursively, which OpenAPI generators can't follow, and walks the whole value at every parse.)
import { z } from 'zod';
import type { JsonText } from '../core/json/text.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Every type of JSON. A schema with all of them allows any value. */
export const jsonTypes = ['object', 'array', 'string', 'number', 'boolean', 'null'] as const;

export const jsonValue = z
  .custom<Json>((value) => value !== undefined)
  .meta({ type: [...jsonTypes], description: 'Any JSON value' });

/** Returns the value of a text, to look at. What is passed on is the text. */
export function parsedText(text: JsonText): Json {
  return jsonValue.parse(text.parsed());
}

export const jsonObject = z.record(z.string(), jsonValue);
export type JsonObject = z.infer<typeof jsonObject>;
