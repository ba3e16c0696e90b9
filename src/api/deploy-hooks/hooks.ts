// Serves the routes that manage deploy hooks and their deliveries.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireId } from '../../access/actor.ts';
import { pushStates } from '../../contract/states.ts';
import { isId } from '../../core/ids.ts';
import {
  createHook,
  deleteHook,
  hookById,
  listHooks,
  rotateHookSecret,
  tryHook,
  updateHook,
} from '../../hooks/deploy-hooks.ts';
import { listPushes, pushById } from '../../hooks/pushes.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { bearer, body, errors, json, newRouter, overlapBody, rotationOverlapMs } from '../openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../requests/json-body.ts';
import { requestOrigin } from '../requests/origin.ts';
import { pageFields, pageRequest, paginationModel } from '../requests/paging.ts';
import {
  createBody,
  hookModel,
  hookWire,
  hookWithSecret,
  pushModel,
  pushWire,
  toHookFields,
  updateBody,
} from './hook-wire.ts';

const common = { tags: ['Deploy hooks'], security: bearer };
const one = { params: z.object({ hook_id: z.string().openapi({ description: 'ID of the hook' }) }) };

const create = createRoute({
  ...common,
  method: 'post',
  path: '/',
  operationId: 'createDeployHook',
  'x-slipway-command': 'hooks create {plugin} --provider {provider}',
  summary: 'Create a deploy hook',
  description:
    "Returns the URL for the Git provider's pushes, and the secret that signs them, which is shown in this response only. Publishing also needs `plugins:write`.",
  request: { body: body(createBody) },
  responses: { 200: json('The hook and its secret', hookWithSecret), ...errors(401, 403, 404, 409, 413, 422) },
});
const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  operationId: 'listDeployHooks',
  'x-slipway-command': 'hooks list',
  summary: 'List deploy hooks',
  request: { query: z.object(pageFields) },
  responses: {
    200: json('A page of hooks', z.object({ results: z.array(hookModel), pagination: paginationModel })),
    ...errors(401, 403, 422),
  },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{hook_id}',
  operationId: 'getDeployHook',
  'x-slipway-command': 'hooks show {hook_id}',
  summary: 'Get a deploy hook',
  request: one,
  responses: { 200: json('The hook', hookModel), ...errors(401, 403, 404) },
});
const update = createRoute({
  ...common,
  method: 'patch',
  path: '/{hook_id}',
  operationId: 'updateDeployHook',
  summary: 'Update a deploy hook',
  description: 'Disabling a hook fails its queued pushes.',
  request: { ...one, body: body(updateBody) },
  responses: { 200: json('The hook', hookModel), ...errors(401, 403, 404, 409, 413, 422) },
});
const remove = createRoute({
  ...common,
  method: 'delete',
  path: '/{hook_id}',
  operationId: 'deleteDeployHook',
  'x-slipway-command': 'hooks delete {hook_id}',
  summary: 'Delete a deploy hook with its deliveries',
  request: one,
  responses: {
    200: json('Deleted', z.object({ success: z.literal(true), hook_id: z.string() })),
    ...errors(401, 403, 404),
  },
});
const rotate = createRoute({
  ...common,
  method: 'post',
  path: '/{hook_id}/rotate',
  operationId: 'rotateDeployHookSecret',
  'x-slipway-command': 'hooks rotate {hook_id}',
  summary: "Rotate a deploy hook's secret",
  description: 'During the overlap, both secrets are accepted. The new secret is shown in this response only.',
  request: {
    ...one,
    body: overlapBody('How long the previous secret is accepted'),
  },
  responses: { 200: json('The hook and its new secret', hookWithSecret), ...errors(401, 403, 404, 413, 422) },
});
const trial = createRoute({
  ...common,
  method: 'post',
  path: '/{hook_id}/test',
  operationId: 'testDeployHook',
  'x-slipway-command': 'hooks test {hook_id} {ref}',
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
    ...errors(401, 403, 404, 413, 422, 503),
  },
});
const deliveries = createRoute({
  ...common,
  method: 'get',
  path: '/{hook_id}/deliveries',
  operationId: 'listHookDeliveries',
  'x-slipway-command': 'hooks deliveries {hook_id}',
  summary: "List a deploy hook's deliveries",
  description: 'Newest first. Finished deliveries are retained for 30 days, unless the operator set another time.',
  request: { ...one, query: z.object({ status: z.enum(pushStates).optional(), ...pageFields }) },
  responses: {
    200: json('A page of deliveries', z.object({ results: z.array(pushModel), pagination: paginationModel })),
    ...errors(401, 403, 404, 422),
  },
});
const delivery = createRoute({
  ...common,
  method: 'get',
  path: '/{hook_id}/deliveries/{delivery_id}',
  operationId: 'getHookDelivery',
  summary: "Get a deploy hook's delivery",
  request: {
    params: one.params.extend({
      delivery_id: z
        .string()
        .openapi({ description: 'ID of the delivery, `psh_…`', example: 'psh_01m7wc54fherz84624ahd0kr7h' }),
    }),
  },
  responses: { 200: json('The delivery', pushModel), ...errors(401, 403, 404) },
});

export function deployHooks(): OpenAPIHono<AppEnv> {
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
  routes.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const page = await listHooks(c.var.deps, requireActor(c), pageRequest({ limit, cursor }));
    const results = page.items.map((hook) => hookWire(hook, requestOrigin(c)));
    return c.json({ results, pagination: { limit, next_cursor: page.nextCursor } }, 200);
  });
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
  routes.openapi(deliveries, async (c) => {
    const { status, limit, cursor } = c.req.valid('query');
    const request = { ...pageRequest({ limit, cursor }), status };
    const page = await listPushes(c.var.deps, requireActor(c), hookIdOf(c), request);
    return c.json({ results: page.items.map(pushWire), pagination: { limit, next_cursor: page.nextCursor } }, 200);
  });
  routes.openapi(delivery, async (c) => {
    const id = c.req.valid('param').delivery_id;
    if (!isId('push', id)) throw notFound('delivery', id);
    return c.json(pushWire(await pushById(c.var.deps, requireActor(c), hookIdOf(c), id)), 200);
  });
}

const hookIdOf = (c: Context<AppEnv>) => requireId('deployHook', c.req.param('hook_id') ?? '', 'deploy hook');
