// Serves the routes for limits of calls of plugins, versions and API keys.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Actor, requireId } from '../../access/actor.ts';
import { evictKey } from '../../access/key-cache.ts';
import { ownerNamespace, requireOrganizationKey } from '../../access/owners.ts';
import { callLimitSchema, limitedKinds } from '../../contract/call-limits.ts';
import { apiLimits } from '../../contract/limits/requests.ts';
import { pluginKinds } from '../../contract/states.ts';
import { isId } from '../../core/ids.ts';
import { invalidField } from '../../core/problem.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import { type LimitTarget, listCallLimits, type ShownLimit, setCallLimit } from '../../registry/call-limits.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../requests/paging.ts';

const route = routesOf('Call limits');

const numbers = {
  calls_per_minute: callLimitSchema.shape.perMinute.openapi({
    description: 'Calls that may begin in a minute of the clock. Null for no limit',
  }),
  calls_at_once: callLimitSchema.shape.atOnce.openapi({
    description: 'Calls that may be in progress. Later calls count only in their minute. Null for no limit',
  }),
};

const limitModel = z
  .object({
    id: z.string().openapi({ description: 'The ID of the plugin, version or key', example: 'plg_01jz7k3w9' }),
    limited: z.enum(limitedKinds).openapi({ example: 'plugin' }),
    name: z.string().openapi({ description: "The plugin's or key's name, or the version's `plugin_id`" }),
    namespace_id: z
      .string()
      .nullable()
      .openapi({ description: 'Null for a key, and for a plugin of the organization' }),
    ...numbers,
  })
  .openapi('CallLimit');

const given = z
  .object({
    key_id: z.string().optional().openapi({ description: 'Either this, `name` or `plugin_id`' }),
    namespace_id: z
      .string()
      .optional()
      .openapi({ description: "The plugin's namespace; omit it for a plugin of the organization" }),
    name: z
      .string()
      .optional()
      .openapi({ description: 'A plugin: the limit is for all its versions together', example: 'text_embed' }),
    kind: z.enum(pluginKinds).default('extractor').openapi({ description: 'Kind of the plugin with this name' }),
    plugin_id: z.string().optional().openapi({ description: 'One version of an extractor: `NAME_MAJOR_MINOR_PATCH`' }),
    ...numbers,
  })
  .refine(({ key_id, name, plugin_id }) => [key_id, name, plugin_id].filter((one) => one !== undefined).length === 1, {
    error: 'exactly one of key_id, name and plugin_id is needed',
    path: ['key_id'],
  })
  .openapi('CallLimitRequest');

const set = route.put('/', 'setCallLimit', {
  'x-slipway-command': 'limits set {name} --per-minute {calls_per_minute}',
  summary: 'Limit the calls of a plugin, version or API key',
  description:
    'Replaces the limit. Two nulls remove it. A call beyond any of its limits gets 429 with `Retry-After` and `RateLimit`, and does not run. Takes effect within 10 s. Plugins need the scope `namespaces:admin`, keys `keys:admin`.',
  request: { body: body(given) },
  responses: { 200: json('The limit', limitModel), ...errors(404) },
});
const list = route.get('/', 'listCallLimits', {
  'x-slipway-command': 'limits list',
  summary: 'List the limits of calls',
  description: 'Needs the scope `plugins:read`. Limits of keys are listed only for keys with `keys:admin`.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of limits', pageOf(limitModel)) },
});

export function callLimits(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(set, async (c) => {
    const { caches, deps } = c.var;
    const actor = requireActor(c);
    const { calls_at_once: atOnce, calls_per_minute: perMinute, ...request } = c.req.valid('json');
    const changed = await setCallLimit(deps, actor, targetOf(actor, request), { atOnce, perMinute });
    if (isId('apiKey', changed.subjectId)) evictKey(caches.keys, changed.subjectId, deps.clock.now());
    else caches.routes.invalidate(actor.organizationId, deps.clock.now());
    return c.json(wire(changed), 200);
  });
  routes.openapi(list, (c) => answerPage(c, (query) => listCallLimits(c.var.deps, requireActor(c), query), wire));
  return routes;
}

type Given = Omit<z.infer<typeof given>, keyof typeof numbers>;

function targetOf(actor: Actor, { key_id, kind, name, namespace_id, plugin_id }: Given): LimitTarget {
  if (key_id !== undefined) return { keyId: requireId('apiKey', key_id, 'key') };
  const ownerId: OwnerId =
    namespace_id === undefined ? requireOrganizationKey(actor) : requireId('namespace', namespace_id);
  if (plugin_id !== undefined) return { ownerId, slug: plugin_id };
  if (name !== undefined) return { ownerId, kind, name };
  throw invalidField('name', 'A plugin, version or key is needed');
}

function wire({ atOnce, kind, name, ownerId, perMinute, subjectId }: ShownLimit): z.infer<typeof limitModel> {
  return {
    id: subjectId,
    limited: kind,
    name,
    namespace_id: ownerNamespace(ownerId),
    calls_per_minute: perMinute,
    calls_at_once: atOnce,
  };
}
