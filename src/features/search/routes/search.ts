// Serves the search for plugins of every kind.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { canSeeNamespace, notFound } from '../../../access/actor.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { wholeNumber } from '../../../api/requests/paging.ts';
import { searchLimits } from '../../../contract/features/search/limits.ts';
import { pluginKinds } from '../../../contract/states.ts';
import type { FoundPlugin } from '../found-plugins.ts';
import { searchPlugins } from '../search.ts';

const { queryCharsMax, resultsDefault, resultsMax } = searchLimits;

const foundModel = z
  .object({
    kind: z.enum(pluginKinds),
    plugin_id: z.string(),
    name: z.string(),
    namespace_id: z.string().nullable().openapi({ description: "Null for an organization's plugin" }),
    namespace_name: z.string().nullable(),
    version: z.string().openapi({ description: "The active version's number, or the ref of a Go plugin" }),
    description: z.string().nullable(),
    tags: z
      .array(z.string())
      .openapi({ description: "The manifest's tags, or a Go plugin's domains", example: ['ocr'] }),
    matched: z
      .array(z.enum(['name', 'tags', 'description', 'readme']))
      .openapi({ description: 'The fields with the words of the query', example: ['name', 'readme'] }),
    live: z.boolean().openapi({ description: 'True if the name takes calls in a namespace that the key can see' }),
  })
  .openapi('FoundPlugin');

const resultsModel = z
  .object({
    results: z.array(foundModel),
    has_more: z.boolean().openapi({ description: 'True if more plugins have these words. Add a word to find them' }),
  })
  .openapi('SearchResults');

const search = routesOf('Plugins').get('/', 'searchPlugins', {
  'x-slipway-command': 'search {q}',
  summary: 'Search for plugins',
  description:
    'Needs the scope `plugins:read`. Finds plugins of every kind that the key can see, by words of their names, tags, descriptions and READMEs, best first. A word may be the start of a longer one and, from four letters on, may have one typo. A plugin must have every word. A key bound to namespaces finds plugins of the organization by their names only. Changes are found within a minute, most of them at once.',
  request: {
    query: z.object({
      q: z
        .string()
        .max(queryCharsMax)
        .openapi({ description: 'Words. Only the first six count', example: 'named entities' }),
      kind: z.enum(pluginKinds).optional().openapi({ description: 'Finds only this kind' }),
      namespace_id: z.string().optional().openapi({ description: "Finds only this namespace's own plugins" }),
      limit: wholeNumber({ min: 1, max: resultsMax, default: resultsDefault }),
    }),
  },
  responses: { 200: json('The plugins, best first', resultsModel), ...errors(404) },
});

export function searchRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(search, async (c) => {
    const { namespace_id, ...asked } = c.req.valid('query');
    const actor = requireActor(c);
    const namespaceId = namespace_id === undefined ? undefined : parseNamespaceId(namespace_id);
    if (namespaceId && !canSeeNamespace(actor, namespaceId)) throw notFound('namespace', namespaceId);
    const { results, hasMore } = await searchPlugins(c.var.deps.db, actor, { ...asked, namespaceId });
    return c.json({ results: results.map(wire), has_more: hasMore }, 200);
  });
  return routes;
}

function wire({ isLive, namespaceId, namespaceName, pluginId, ...found }: FoundPlugin) {
  return { ...found, namespace_id: namespaceId, namespace_name: namespaceName, plugin_id: pluginId, live: isLive };
}
