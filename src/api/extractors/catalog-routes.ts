// Serves the catalog routes of both extractor surfaces: list and delete (mixpeek §4.3, §4.5).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../access/owners.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import { listCatalog } from '../../registry/versions/catalog.ts';
import { deleteVersion } from '../../retirement/removal.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { errors, json, routesOf } from '../openapi/route-definitions.ts';
import { offsetField, pageFields } from '../requests/paging.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import type { ExtractorSurface } from '../requests/surfaces.ts';
import { listItemModel, listItemWire, sourceModel } from './extractor-wire.ts';

const listQuery = z.object({
  name: z.string().optional().openapi({ description: 'Only the versions of the plugin with this name' }),
  search: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'Return only plugins whose names start with this; `total` then counts up to 1000' }),
  source: sourceModel.optional(),
  ...pageFields,
  limit: pageFields.limit.default(pageLimitMax),
  offset: offsetField,
});

const listModel = z
  .object({
    success: z.literal(true),
    plugins: z.array(listItemModel),
    total: z.int(),
    next_cursor: z.string().nullable(),
    organization_id: z.string(),
    namespace_id: z.string().nullable(),
  })
  .openapi('PluginList');

const deletedModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    message: z.string().openapi({ example: 'text_profile@1.1.0 is deleted' }),
    deployment_removed: z.boolean(),
  })
  .openapi('PluginDeleted');

export function addCatalog(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const list = routesOf(tag).get('/', `list${noun}s`, {
    'x-slipway-command': 'list',
    summary: 'List plugins',
    request: { params, query: listQuery },
    responses: { 200: json('Plugin versions', listModel), ...errors(404) },
  });
  routes.openapi(list, async (c) => {
    const actor = requireActor(c);
    const ownerId = ownerOf(c);
    const { name, search, source, offset, ...page } = c.req.valid('query');
    const request = { page, offset, name, prefix: search, source };
    const { items, total, nextCursor } = await listCatalog(c.var.deps, actor, ownerId, request);
    const owner = { organization_id: actor.organizationId, namespace_id: ownerNamespace(ownerId) };
    const plugins = items.map(listItemWire);
    return c.json({ success: true as const, plugins, total, next_cursor: nextCursor, ...owner }, 200);
  });

  const remove = routesOf(tag).delete('/{plugin_id}', `delete${noun}`, {
    'x-slipway-command': 'delete {plugin_id} [--org]',
    middleware: mayMoveTraffic,
    summary: 'Delete a plugin version',
    request: { params: params.extend({ plugin_id: z.string() }) },
    responses: { 200: json('Deleted', deletedModel), ...errors(409) },
  });
  routes.openapi(remove, async (c) => {
    const pluginId = c.req.param('plugin_id');
    const { wasLive } = await deleteVersion(c.var.deps, requireActor(c), ownerOf(c), pluginId);
    return c.json(
      {
        success: true as const,
        plugin_id: pluginId,
        message: `Plugin ${pluginId} was deleted`,
        deployment_removed: wasLive,
      },
      200,
    );
  });
}
