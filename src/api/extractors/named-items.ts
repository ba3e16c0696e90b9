// Defines the common parts of a namespace's secret and model routes: listing items, and deleting them by name.
import { z } from '@hono/zod-openapi';
import { parseNamespaceId } from '../context/context.ts';
import { errors, json } from '../openapi/route-definitions.ts';
import { pageFields, paginationModel } from '../requests/paging.ts';

/** Returns the parameters for a route whose path ends with a name. */
export function namedBy<Name extends z.ZodType<string>>(name: Name) {
  return { params: z.object({ namespace_id: z.string(), name }) };
}

/** `what`: "secrets". */
export function listRoute<Item extends z.ZodType>(item: Item, what: string) {
  return {
    method: 'get',
    path: '/',
    request: { params: z.object({ namespace_id: z.string() }), query: z.object(pageFields) },
    responses: {
      200: json(`A page of ${what}`, z.object({ results: z.array(item), pagination: paginationModel })),
      ...errors(401, 403, 404, 422),
    },
  } as const;
}

/** Returns 409 while a live version uses the item, unless forced. `uses` is a phrase such as "asks for it". */
export function deleteRoute<Name extends z.ZodType<string>>(named: ReturnType<typeof namedBy<Name>>, uses: string) {
  const description = `Delete it even if a live version ${uses}`;
  return {
    method: 'delete',
    path: '/{name}',
    request: {
      ...named,
      query: z.object({ force: z.enum(['true', 'false']).default('false').openapi({ description }) }),
    },
    responses: {
      200: json('Deleted', z.object({ success: z.literal(true), name: z.string() })),
      ...errors(401, 403, 404, 409, 422),
    },
  } as const;
}

export function namedItem({ namespace_id, name }: { namespace_id: string; name: string }) {
  return { namespaceId: parseNamespaceId(namespace_id), name };
}
