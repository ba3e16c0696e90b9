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
import { apiLimits } from '../../../contract/limits/requests.ts';
import { deleteToolSet, setToolSet } from '../sets/change-set.ts';
import { decideToolSet, type SetDecision } from '../sets/decide-set.ts';
import { findToolSet, listToolSets } from '../sets/tool-sets.ts';
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
    'Needs the scope `plugins:deploy`, and also `versions:approve` to set `requires_approval` to false where it is true. Replaces the whole set. Where the namespace demands approval, the set is proposed: agents get what they had until another person approves it. The plugins need not exist yet: a tool appears once its plugin is live.',
  request: { ...named, body: body(toolSetRequest) },
  responses: { 200: jsonWithTexts('The tool set', toolSetModel) },
});
const remove = route.delete('/{name}', 'deleteToolSet', {
  'x-slipway-command': 'tools delete {name}',
  summary: 'Delete a tool set',
  description:
    'Needs the scope `plugins:deploy`, and also `versions:approve` if the set requires approval. The plugins stay.',
  request: named,
  responses: { 200: json('Deleted', z.object({ success: z.literal(true), name: z.string() })) },
});

const decisionRequest = z
  .strictObject({
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .openapi({
        description: 'Digest of the proposal, as you saw it. If something else is proposed by now, nothing changes',
        example: 'b2f1c7d09e4a5b6c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
      }),
    note: z.string().max(2000).nullish().openapi({ example: 'Reviewed with the change request' }),
  })
  .openapi('ToolSetDecision');

const decisionOf = (verb: SetDecision['verb'], effect: string) =>
  route.post(`/{name}/${verb}`, `${verb}ToolSet`, {
    'x-slipway-command': `tools ${verb} {name} --sha256 {sha256}`,
    summary: `${verb === 'approve' ? 'Approve' : 'Reject'} what was proposed for a tool set`,
    description: `Needs the scope \`versions:approve\`, and a person other than who proposed it: a session in the console or a personal key. ${effect}`,
    request: { ...named, body: body(decisionRequest) },
    responses: { 200: jsonWithTexts('The tool set', toolSetModel) },
  });
const decisions = {
  approve: decisionOf('approve', 'Agents get it from now on.'),
  reject: decisionOf('reject', 'Agents keep what they have.'),
};

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
  for (const verb of ['approve', 'reject'] as const) {
    routes.use(`/:name/${verb}`, jsonAtMost(apiLimits.rollbackBytes));
    routes.openapi(decisions[verb], async (c) => {
      const item = namedItem(c.req.valid('param'));
      const { note, sha256 } = c.req.valid('json');
      const decided = await decideToolSet(c.var.deps, requireActor(c), item, { verb, sha256, note: note ?? null });
      return jsonAnswer(c, toolSetWire(c, item.namespaceId)(decided));
    });
  }
  return routes;
}
