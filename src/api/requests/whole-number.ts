// Declares whole numbers in a query string.
import { z } from '@hono/zod-openapi';

interface Range {
  min: number;
  max: number;
}

/** Declares an optional number with a default. */
export function wholeNumber({ default: fallback, ...range }: Range & { default: number }) {
  return numberIn(range)
    .default(fallback)
    .openapi({ type: 'integer', minimum: range.min, maximum: range.max, default: fallback });
}

/** Declares an optional number whose default depends on other fields. */
export function optionalWholeNumber(range: Range) {
  return numberIn(range).optional().openapi({ type: 'integer', minimum: range.min, maximum: range.max });
}

/** Accepts what the OpenAPI document calls an integer. JavaScript's conversion would also accept an empty string, `1e3` and `0x10`. */
function numberIn({ min, max }: Range) {
  return z.preprocess(
    (text) => (typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : text),
    z.int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`),
  );
}
