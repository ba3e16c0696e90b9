// API keys of an organization, managed by those of them that have keys:admin.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../access/actor.ts';
import { evictKey } from '../../access/key-cache.ts';
import { revokeKey, rotateKey } from '../../access/key-rotation.ts';
import { createKey, keyById, listKeys, ownKey } from '../../access/keys.ts';
import { keyLimits } from '../../contract/limits.ts';
import { keyStates } from '../../contract/states.ts';
import { type ApiKeyId, isId } from '../../core/ids.ts';
import { type AppEnv, actorOf } from '../context.ts';
import { emptyBodyIsNull, jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json, newRouter } from '../openapi/route-definitions.ts';
import { pageFields, pageRequest, paginationModel } from '../paging.ts';
import { keyFieldsOf, keyModel, keyWire, keyWithSecret, newKeyBody, shownKeyWire } from './key-wire.ts';

const common = { tags: ['Keys'], security: bearer };
const identified = { params: z.object({ key_id: z.string().openapi({ example: 'key_…' }) }) };

const create = createRoute({
  ...common,
  method: 'post',
  path: '/',
  operationId: 'createKey',
  summary: 'Make an API key',
  description:
    'Needs the scope keys:admin, as all of these. A key gives no scope, namespace or time that it lacks itself. The secret is shown in this answer only.',
  request: { body: body(newKeyBody) },
  responses: { 200: json('The key and its secret', keyWithSecret), ...errors(401, 403, 404, 413, 422) },
});
const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  operationId: 'listKeys',
  summary: 'List API keys',
  description: 'A key that is bound to namespaces sees those that are bound to no others.',
  request: {
    query: z.object({
      status: z.enum(keyStates).optional(),
      ...pageFields,
    }),
  },
  responses: {
    200: json(
      'A page of keys, the oldest first',
      z.object({
        results: z.array(keyModel),
        pagination: paginationModel,
      }),
    ),
    ...errors(401, 403, 422),
  },
});
const self = createRoute({
  ...common,
  method: 'get',
  path: '/self',
  operationId: 'getOwnKey',
  summary: 'Get the API key that asks',
  description: 'Needs no scope.',
  responses: { 200: json('The key', keyModel), ...errors(401, 404) },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{key_id}',
  operationId: 'getKey',
  summary: 'Get an API key',
  request: identified,
  responses: { 200: json('The key', keyModel), ...errors(401, 403, 404) },
});
const revoke = createRoute({
  ...common,
  method: 'delete',
  path: '/{key_id}',
  operationId: 'revokeKey',
  summary: 'Revoke an API key',
  description:
    'It opens nothing from then on, after 10 s at the latest. It stays in the list. The last active key with keys:admin for all namespaces is not revoked without allow_last: afterwards only the operator can make one.',
  request: {
    ...identified,
    query: z.object({
      allow_last: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Also when nobody can make keys afterwards' }),
    }),
  },
  responses: { 200: json('The key', keyModel), ...errors(401, 403, 404, 409, 422) },
});
const rotate = createRoute({
  ...common,
  method: 'post',
  path: '/{key_id}/rotate',
  operationId: 'rotateKey',
  summary: "Change an API key's secret",
  description:
    'The new one works at once, and is shown in this answer only. The one before works for the overlap, and for 10 s at most without one. A key rotates none that has more than it has itself.',
  request: {
    ...identified,
    body: body(
      z
        .object({
          overlap_seconds: z
            .int()
            .min(0)
            .max(keyLimits.overlapMaxSeconds)
            .default(0)
            .openapi({ description: 'How long the secret before goes on working' }),
        })
        .nullable(),
      false,
    ),
  },
  responses: { 200: json('The key and its new secret', keyWithSecret), ...errors(401, 403, 404, 409, 413, 422) },
});

export function keys(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  const bodies = jsonAtMost(64 * 1024);
  routes.use('/', bodies);
  routes.use('/:key_id/rotate', bodies, emptyBodyIsNull);
  routes.openapi(create, async (c) => {
    const made = await createKey(c.var.deps, actorOf(c), keyFieldsOf(c.req.valid('json')));
    return c.json(shownKeyWire(made, c.var.deps), 200);
  });
  routes.openapi(list, async (c) => {
    const { status, limit, cursor } = c.req.valid('query');
    const page = await listKeys(c.var.deps, actorOf(c), status, pageRequest({ limit, cursor }));
    const results = page.items.map((key) => keyWire(key, c.var.deps));
    return c.json({ results, pagination: { limit, next_cursor: page.nextCursor } }, 200);
  });
  routes.openapi(self, async (c) => c.json(keyWire(await ownKey(c.var.deps, actorOf(c)), c.var.deps), 200));
  routes.openapi(get, async (c) => c.json(keyWire(await keyById(c.var.deps, actorOf(c), keyIdOf(c)), c.var.deps), 200));
  routes.openapi(revoke, async (c) => {
    const allowLast = c.req.valid('query').allow_last === 'true';
    const key = await revokeKey(c.var.deps, actorOf(c), keyIdOf(c), allowLast);
    evictKey(c.var.caches.keys, key.id);
    return c.json(keyWire(key, c.var.deps), 200);
  });
  routes.openapi(rotate, async (c) => {
    const overlapMs = (c.req.valid('json')?.overlap_seconds ?? 0) * 1000;
    const rotated = await rotateKey(c.var.deps, actorOf(c), keyIdOf(c), overlapMs);
    evictKey(c.var.caches.keys, rotated.key.id);
    return c.json(shownKeyWire(rotated, c.var.deps), 200);
  });
  return routes;
}

/** Text that isn't a key's id names one that doesn't exist. */
function keyIdOf(c: Context<AppEnv>): ApiKeyId {
  const text = c.req.param('key_id') ?? '';
  if (!isId('apiKey', text)) throw notFound('key', text);
  return text;
}
