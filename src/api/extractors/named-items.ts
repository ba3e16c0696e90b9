// Defines the common parts of a namespace's secret and model routes: listing items, and deleting them by name.
import { z } from '@hono/zod-openapi';
import { parseNamespaceId } from '../context/context.ts';
import { errors, json } from '../openapi/route-definitions.ts';
import { pageFields, pageOf } from '../requests/paging.ts';

/** Returns the parameters for a route whose path ends with a name. */
export function namedBy<Name extends z.ZodType<string>>(name: Name) {
  return { params: z.object({ namespace_id: z.string(), name }) };
}

/** Declares what listing takes and returns. `what`: "secrets". */
export function listed<Item extends z.ZodType>(item: Item, what: string) {
  return {
    request: { params: z.object({ namespace_id: z.string() }), query: z.object(pageFields) },
    responses: { 200: json(`A page of ${what}`, pageOf(item)) },
  };
}

/**
 * Declares what deleting takes and returns: 409 while a live version uses the item, unless forced. `uses` is a phrase such as "asks for
 * it".
 */
export function deleted<Name extends z.ZodType<string>>(named: ReturnType<typeof namedBy<Name>>, uses: string) {
  const description = `Delete it even if a live version ${uses}`;
  return {
    request: {
      ...named,
      query: z.object({ force: z.enum(['true', 'false']).default('false').openapi({ description }) }),
    },
    responses: { 200: json('Deleted', z.object({ success: z.literal(true), name: z.string() })), ...errors(409) },
  };
}

export function namedItem({ namespace_id, name }: { namespace_id: string; name: string }) {
  return { namespaceId: parseNamespaceId(namespace_id), name };
}
