// Serves the routes that manage deploy hooks and their deliveries.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireId } from '../../../access/actor.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import {
  body,
  errors,
  json,
  newRouter,
  overlapBody,
  rotationOverlapMs,
  routesOf,
} from '../../../api/openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../../../api/requests/json-body.ts';
import { requestOrigin } from '../../../api/requests/origin.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { pushStates } from '../../../contract/features/deploy-hooks/states.ts';
import { isId } from '../../../core/ids.ts';
import { createHook, deleteHook, hookById, listHooks, rotateHookSecret, tryHook, updateHook } from '../deploy-hooks.ts';
import { listPushes, pushById } from '../pushes.ts';
import {
  createBody,
  hookId,
  hookModel,
  hookWire,
  hookWithSecret,
  pushModel,
  pushWire,
  toHookFields,
  updateBody,
} from './hook-wire.ts';

const route = routesOf('Deploy hooks');
const one = { params: z.object({ hook_id: hookId.openapi({ description: 'ID of the hook' }) }) };

const create = route.post('/', 'createDeployHook', {
  'x-slipway-command': 'hooks create {plugin} --provider {provider}',
  'x-slipway-problems': ['needs-approval'],
  summary: 'Create a deploy hook',
  description:
    "Returns the URL for the Git provider's pushes, and the secret that signs them, which is shown in this response only. Publishing also needs `plugins:write`.",
  request: { body: body(createBody) },
  responses: { 200: json('The hook and its secret', hookWithSecret), ...errors(404) },
});
const list = route.get('/', 'listDeployHooks', {
  'x-slipway-command': 'hooks list',
  summary: 'List deploy hooks',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of hooks', pageOf(hookModel)) },
});
const get = route.get('/{hook_id}', 'getDeployHook', {
  'x-slipway-command': 'hooks show {hook_id}',
  summary: 'Get a deploy hook',
  request: one,
  responses: { 200: json('The hook', hookModel) },
});
const update = route.patch('/{hook_id}', 'updateDeployHook', {
  'x-slipway-problems': ['needs-approval'],
  summary: 'Update a deploy hook',
  description: 'Disabling a hook fails its queued pushes.',
  request: { ...one, body: body(updateBody) },
  responses: { 200: json('The hook', hookModel), ...errors(409) },
});
const remove = route.delete('/{hook_id}', 'deleteDeployHook', {
  'x-slipway-command': 'hooks delete {hook_id}',
  summary: 'Delete a deploy hook with its deliveries',
  request: one,
  responses: { 200: json('Deleted', z.object({ success: z.literal(true), hook_id: hookId })) },
});
const rotate = route.post('/{hook_id}/rotate', 'rotateDeployHookSecret', {
  'x-slipway-command': 'hooks rotate {hook_id}',
  summary: "Rotate a deploy hook's secret",
  description: 'During the overlap, both secrets are accepted. The new secret is shown in this response only.',
  request: {
    ...one,
    body: overlapBody('How long the previous secret is accepted'),
  },
  responses: { 200: json('The hook and its new secret', hookWithSecret) },
});
const trial = route.post('/{hook_id}/test', 'testDeployHook', {
  'x-slipway-command': 'hooks test {hook_id} {ref}',
  'x-slipway-problems': [
    'capability-missing',
    'plugin-refused',
    'no-capacity',
    'builder-mismatch',
    'builder-unavailable',
  ],
  summary: 'Test a deploy hook',
  description: 'Fetches the ref as a push would, but publishes nothing.',
  request: { ...one, body: body(z.object({ ref: z.string().min(1).max(300) })) },
  responses: {
    200: json(
      'The plugin that a push would publish',
      z.object({
        ref: z.string(),
        ref_kind: z.enum(['tag', 'branch', 'commit']),
        commit: z.string(),
        files: z.int(),
        selected: z.boolean().openapi({ description: "Whether the hook's patterns match the ref" }),
      }),
    ),
  },
});
const deliveries = route.get('/{hook_id}/deliveries', 'listHookDeliveries', {
  'x-slipway-command': 'hooks deliveries {hook_id}',
  summary: "List a deploy hook's deliveries",
  description: 'Newest first. Finished deliveries are retained for 30 days, unless the operator set another time.',
  request: { ...one, query: z.object({ status: z.enum(pushStates).optional(), ...pageFields }) },
  responses: { 200: json('A page of deliveries', pageOf(pushModel)) },
});
const delivery = route.get('/{hook_id}/deliveries/{delivery_id}', 'getHookDelivery', {
  summary: "Get a deploy hook's delivery",
  request: {
    params: one.params.extend({
      delivery_id: z
        .string()
        .openapi({ description: 'ID of the delivery, `psh_…`', example: 'psh_01m7wc54fherz84624ahd0kr7h' }),
    }),
  },
  responses: { 200: json('The delivery', pushModel) },
});

export function deployHookRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  const bodies = jsonAtMost(64 * 1024);
  for (const path of ['/', '/:hook_id', '/:hook_id/test']) routes.use(path, bodies);
  routes.use('/:hook_id/rotate', bodies, emptyBodyIsNull);
  addHooks(routes);
  addDeliveries(routes);
  return routes;
}

function addHooks(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(create, async (c) => {
    const given = c.req.valid('json');
    const { branches, description, namespace_id, path, repository, status_api_url, status_token, tags } = given;
    const { hook, secret } = await createHook(c.var.deps, requireActor(c), {
      kind: given.kind,
      plugin: given.plugin,
      provider: given.provider,
      action: given.action,
      namespaceId: namespace_id == null ? null : parseNamespaceId(namespace_id),
      repository: repository ?? undefined,
      path: path ?? undefined,
      branches: branches ?? [],
      tags: tags ?? (branches ? [] : ['**']),
      release: given.release ?? null,
      description: description ?? null,
      statusToken: status_token ?? null,
      statusUrl: status_api_url ?? null,
    });
    return c.json({ ...hookWire(hook, requestOrigin(c)), secret }, 200);
  });
  routes.openapi(list, (c) =>
    answerPage(
      c,
      (query) => listHooks(c.var.deps, requireActor(c), query),
      (hook) => hookWire(hook, requestOrigin(c)),
    ),
  );
  routes.openapi(get, async (c) =>
    c.json(hookWire(await hookById(c.var.deps, requireActor(c), hookIdOf(c)), requestOrigin(c)), 200),
  );
  routes.openapi(update, async (c) => {
    const hook = await updateHook(c.var.deps, requireActor(c), hookIdOf(c), toHookFields(c.req.valid('json')));
    return c.json(hookWire(hook, requestOrigin(c)), 200);
  });
  routes.openapi(remove, async (c) => {
    const id = hookIdOf(c);
    await deleteHook(c.var.deps, requireActor(c), id);
    return c.json({ success: true as const, hook_id: id }, 200);
  });
  routes.openapi(rotate, async (c) => {
    const overlapMs = rotationOverlapMs(c.req.valid('json'));
    const { hook, secret } = await rotateHookSecret(c.var.deps, requireActor(c), hookIdOf(c), overlapMs);
    return c.json({ ...hookWire(hook, requestOrigin(c)), secret }, 200);
  });
  routes.openapi(trial, async (c) => {
    const { ref, source, isSelected } = await tryHook(
      c.var.deps,
      requireActor(c),
      hookIdOf(c),
      c.req.valid('json').ref,
    );
    const { commit, files, ref_kind } = source;
    return c.json({ ref, ref_kind, commit, files, selected: isSelected }, 200);
  });
}

function addDeliveries(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(deliveries, (c) =>
    answerPage(c, (query) => listPushes(c.var.deps, requireActor(c), hookIdOf(c), query), pushWire),
  );
  routes.openapi(delivery, async (c) => {
    const id = c.req.valid('param').delivery_id;
    if (!isId('push', id)) throw notFound('delivery', id);
    return c.json(pushWire(await pushById(c.var.deps, requireActor(c), hookIdOf(c), id)), 200);
  });
}

const hookIdOf = (c: Context<AppEnv>) => requireId('deployHook', c.req.param('hook_id') ?? '', 'deploy hook');
