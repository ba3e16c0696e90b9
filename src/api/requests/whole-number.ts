// Declares whole numbers in a query.
import { z } from '@hono/zod-openapi';

interface Range {
  min: number;
  max: number;
  default: number;
}

/** Accepts what the OpenAPI document calls an integer. JavaScript's conversion also accepts an empty text, `1e3` and `0x10`. */
export function wholeNumber({ min, max, default: fallback }: Range) {
  return z
    .preprocess(
      (text) => (typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : text),
      z.int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`),
    )
    .default(fallback)
    .openapi({ type: 'integer', minimum: min, maximum: max, default: fallback });
}
