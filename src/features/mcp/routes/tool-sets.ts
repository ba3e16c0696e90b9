// Serves the routes for a namespace's sets of tools.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../../access/actor.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { namedBy, namedItem } from '../../../api/extractors/named-items.ts';
import { body, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { paged, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { jsonAnswer, jsonWithTexts } from '../../../api/responses/json-answer.ts';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { toolSetName } from '../../../contract/features/mcp/tool-sets.ts';
import { deleteToolSet, findToolSet, listToolSets, setToolSet } from '../sets/tool-sets.ts';
import { toolSetModel, toolSetRequest, toolSetWire, toolTexts, toTools } from './tool-set-wire.ts';

const route = routesOf('Tools');
const named = namedBy(toolSetName.openapi({ example: 'research', description: "The set's name" }));

const list = route.get('/', 'listToolSets', {
  'x-slipway-command': 'tools list',
  summary: 'List tool sets, by name',
  description: 'Needs the scope `plugins:read`.',
  request: { params: z.object({ namespace_id: z.string() }), query: z.object(pageFields) },
  responses: { 200: jsonWithTexts('A page of tool sets', pageOf(toolSetModel)) },
});
const get = route.get('/{name}', 'getToolSet', {
  'x-slipway-command': 'tools show {name}',
  summary: 'Get a tool set',
  description: 'Needs the scope `plugins:read`.',
  request: named,
  responses: { 200: jsonWithTexts('The tool set', toolSetModel) },
});
const set = route.put('/{name}', 'setToolSet', {
  'x-slipway-command': 'tools set {name} --file FILE',
  'x-slipway-problems': ['quota-exceeded'],
  summary: 'Create or replace a tool set',
  description:
    'Needs the scope `plugins:deploy`. Replaces the whole set. The plugins need not exist yet: a tool appears once its plugin is live.',
  request: { ...named, body: body(toolSetRequest) },
  responses: { 200: jsonWithTexts('The tool set', toolSetModel) },
});
const remove = route.delete('/{name}', 'deleteToolSet', {
  'x-slipway-command': 'tools delete {name}',
  summary: 'Delete a tool set',
  description: 'Needs the scope `plugins:deploy`. The plugins stay.',
  request: named,
  responses: { 200: json('Deleted', z.object({ success: z.literal(true), name: z.string() })) },
});

export function toolSetRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:name', jsonAtMost(toolLimits.setBytes, [toolTexts]));
  routes.openapi(list, async (c) => {
    const query = c.req.valid('query');
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    const page = await listToolSets(c.var.deps, requireActor(c), namespaceId, query);
    return jsonAnswer(c, paged(page, query, toolSetWire(c, namespaceId)));
  });
  routes.openapi(get, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { name, namespaceId } = namedItem(c.req.valid('param'));
    return jsonAnswer(c, toolSetWire(c, namespaceId)(await findToolSet(c.var.deps, actor, namespaceId, name)));
  });
  routes.openapi(set, async (c) => {
    const item = namedItem(c.req.valid('param'));
    const { description, requires_approval: requiresApproval, tools } = c.req.valid('json');
    const fields = { ...item, description, requiresApproval, tools: toTools(c, tools) };
    return jsonAnswer(c, toolSetWire(c, item.namespaceId)(await setToolSet(c.var.deps, requireActor(c), fields)));
  });
  routes.openapi(remove, async (c) => {
    const item = namedItem(c.req.valid('param'));
    await deleteToolSet(c.var.deps, requireActor(c), item);
    return c.json({ success: true as const, name: item.name }, 200);
  });
  return routes;
}
