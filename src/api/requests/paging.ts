// Declares whole numbers in a query string, and the query fields of lists: a limit with a hard maximum, and an opaque cursor that is
// valid for only one list.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { apiLimits, pageLimitDefault, pageLimitMax } from '../../contract/limits/requests.ts';
import { decodeCursor, type Page, type PageRequest } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';

/** Base64url without padding, so that it always decodes. */
const cursorPattern = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3}|[A-Za-z0-9_-]{4})$/;

const notACursor = 'must be the next_cursor of a previous page';

/** Returns the problem for a cursor that isn't valid for the list. */
export function invalidCursor(): Problem {
  return new Problem('invalid-request', `cursor ${notACursor}`, {
    fields: [{ path: ['query', 'cursor'], message: notACursor, type: 'invalid_cursor' }],
  });
}

const cursor = z
  .string()
  .regex(cursorPattern, notACursor)
  .transform((text, ctx) => {
    const key = decodeCursor(text);
    if (key) return key;
    ctx.issues.push({ code: 'custom', message: notACursor, input: text });
    return z.NEVER;
  })
  .openapi({ type: 'string', pattern: cursorPattern.source, description: "The previous page's `next_cursor`" });

/** The query fields of a paged list. */
export const pageFields = {
  limit: wholeNumber({ min: 1, max: pageLimitMax, default: pageLimitDefault }),
  cursor: cursor.optional(),
};

export const offsetField = wholeNumber({ min: 0, max: apiLimits.offsetMax, default: 0 });

export const paginationModel = z.object({ limit: z.int(), next_cursor: z.string().nullable() }).openapi('Pagination');

/** Declares a page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ results: z.array(item), pagination: paginationModel });
}

/** Returns a page of a list as `pageOf` declares it. */
export function paged<Item, Wire>(
  { items, nextCursor }: Page<Item>,
  { limit }: Pick<PageRequest, 'limit'>,
  wire: (item: Item) => Wire,
) {
  return { results: items.map((item) => wire(item)), pagination: { limit, next_cursor: nextCursor } };
}

interface Queried<Query> extends Pick<Context, 'json'> {
  req: { valid: (target: 'query') => Query };
}

/** Answers with the page that the query selects. */
export async function answerPage<Query extends { limit: number }, Item, Wire>(
  c: Queried<Query>,
  load: (query: Query) => Promise<Page<Item>>,
  wire: (item: Item) => Wire,
) {
  const query = c.req.valid('query');
  return c.json(paged(await load(query), query, wire), 200);
}

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
